"""State: the sessions of a server, and what each remembers."""

from mockgms.session.session import Session
from mockgms.session.sessions import DEFAULT, Sessions

__all__ = ["DEFAULT", "Session", "Sessions"]
