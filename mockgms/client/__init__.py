"""A client of the admin API: `Mock`, by which a test steers a server and sees what it was asked."""

from mockgms.client.errors import AdminError, NotReached, Refused
from mockgms.client.mock import Mock

__all__ = ["AdminError", "Mock", "NotReached", "Refused"]
