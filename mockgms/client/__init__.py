"""A client of the admin API, with which a test controls a server and reads its journal."""

from mockgms.client.armed_rule import ArmedRule
from mockgms.client.client import Client
from mockgms.client.errors import AdminError, NotReached, Refused

Mock = Client  # its former name, which is kept for one release

__all__ = ["AdminError", "ArmedRule", "Client", "Mock", "NotReached", "Refused"]
