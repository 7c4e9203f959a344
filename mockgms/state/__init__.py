"""State: the sessions of a server, and what each remembers."""

from mockgms.state.session import Session
from mockgms.state.sessions import DEFAULT, Sessions

__all__ = ["DEFAULT", "Session", "Sessions"]
