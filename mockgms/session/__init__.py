"""The sessions of a server and the state of each."""

from mockgms.session.session import Session
from mockgms.session.sessions import DEFAULT, Sessions

__all__ = ["DEFAULT", "Session", "Sessions"]
