"""Resolve a host, and listen on each of its addresses."""

import errno
import os
import socket
from ipaddress import ip_address
from typing import Final, NamedTuple

from mockgms.http.access import is_loopback
from mockgms.server.cannot_serve import CannotServe

_ALL_ADDRESSES: Final = ("0.0.0.0", "::")  # noqa: S104  # the meaning of `::`
_LOOPBACKS: Final = ("127.0.0.1", "::1")
# Errors for addresses that this machine does not have.
_ABSENT: Final = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.EPROTONOSUPPORT)
_BACKLOG: Final = 128
_ATTEMPTS: Final = 50  # to find a port that is free on every address


class CannotListen(CannotServe):
    """The server cannot listen."""


class Host(NamedTuple):
    """A host as the user wrote it, and its addresses."""

    name: str
    addresses: tuple[str, ...]

    @property
    def is_local(self) -> bool:
        """True if only this machine can reach it."""
        return all(map(is_loopback, self.addresses))

    @property
    def reachable(self) -> str:
        """The host in the URLs of clients on this machine."""
        if any(ip_address(address.partition("%")[0]).is_unspecified for address in self.addresses):
            return "localhost"
        return f"[{self.name}]" if ":" in self.name else self.name


def find_host(name: str) -> Host:
    """Return a host with its addresses. `localhost` means 127.0.0.1 and ::1, and `::` means all.

    Raises CannotListen if the host has no known address.
    """
    if name.lower() == "localhost":
        return Host(name, _LOOPBACKS)
    if name == "::":
        return Host(name, _ALL_ADDRESSES)
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CannotListen("--host", f"no address is known for {name}: {reason}; choose another with --host") from None
    return Host(name, tuple(dict.fromkeys(str(address[0]) for *_, address in found)))


def bind_all(host: Host, port: int) -> list[socket.socket]:
    """Return listening sockets, one for each address of a host. Port 0 picks a port that is free on all of them.

    Addresses that this machine does not have are skipped, unless it has none of them. Raises CannotListen.
    """
    for _ in range(_ATTEMPTS if port == 0 and len(host.addresses) > 1 else 1):
        try:
            return _bind_once(host, port)
        except _Taken:
            continue
    raise CannotListen("--port", f"port {port} is taken; choose another with --port, or --port 0 for any free one")


class _Taken(Exception):
    """The port is taken on one of the addresses."""


def _bind_once(host: Host, port: int) -> list[socket.socket]:
    bound: list[socket.socket] = []
    absent: OSError | None = None
    try:
        for address in host.addresses:
            try:
                bound.append(_bind(address, bound[0].getsockname()[1] if bound else port))
            except OSError as error:
                if error.errno not in _ABSENT:
                    raise
                absent = error
        if not bound and absent is not None:
            raise absent
    except OSError as error:
        for each in bound:
            each.close()
        if error.errno == errno.EADDRINUSE:
            raise _Taken from None
        option = "--port" if error.errno == errno.EACCES else "--host"
        reason = error.strerror or error
        raise CannotListen(
            option, f"cannot listen at {host.name}, port {port}: {reason}; choose another with {option}"
        ) from None
    return bound


def _bind(address: str, port: int) -> socket.socket:
    """Return a listening socket. Raises OSError."""
    [(family, kind, protocol, _, where), *_] = socket.getaddrinfo(
        address, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST | socket.AI_PASSIVE
    )
    bound = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":  # pragma: no branch  # on Windows, two servers could then share a port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:  # IPv4 has a separate socket
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind(where)
        bound.listen(_BACKLOG)
    except OSError:
        bound.close()
        raise
    return bound
