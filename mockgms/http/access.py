"""Access control: who may use the admin API and the pages of the mock.

Programs on this machine may, and so may pages that other servers on this machine serve. Pages from elsewhere may not,
even in a browser on this machine. Neither their origin nor a domain name that resolves to this machine (DNS rebinding)
gives access.
"""

import re
from hmac import compare_digest
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

import msgspec

from mockgms.domain.bounded_cache import BoundedCache
from mockgms.domain.lazy_regex import lazy_regex
from mockgms.http.messages import Reply, Request

# These reveal and change nothing. The last ones are files for pages of other origins.
_ALWAYS: Final = frozenset(
    {
        *("admin.health", "admin.ready", "admin.authority"),
        *("ui.callbackservice.js", "ui.callbackservice.d.ts", "ui.callbackform.js"),
    }
)
_PAGES: Final = ("ui.", "admin.docs", "admin.openapi")  # a browser cannot send a token when the user opens an address
_OWN_DOMAINS: Final = (".localhost", ".internal")  # reserved: these cannot be registered publicly
_CHALLENGE: Final = ("WWW-Authenticate", 'Bearer realm="mockgms"')
_LONGEST_HOST: Final = 300  # characters: at most 255 for the name, and the port
# A name, an IPv4 address or an IPv6 address in brackets, and an optional port. Nothing else is valid.
_HOST: Final = lazy_regex(r"(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)]|(?P<name>[A-Za-z0-9._~-]+))(?::[0-9]{0,5})?")
_ORIGIN: Final = lazy_regex(r"https?://(?P<host>[^/?#@\\]+)", re.IGNORECASE)
_URL: Final = lazy_regex(rf"{_ORIGIN.pattern}(?:[/?#].*)?", re.IGNORECASE | re.DOTALL)
_HOW_TO_OPEN: Final = (
    "start mockgms with a token (--admin-token or MOCKGMS_ADMIN_TOKEN) and send `Authorization: Bearer TOKEN`, or open "
    "it to everybody with --admin-open (MOCKGMS_ADMIN_OPEN=true)"
)
_USE_A_NAME: Final = "use localhost in the URL, or start mockgms with a token (--admin-token) and send it"
_NOT_SENT: Final = "The admin API requires a token, but none was sent: send `Authorization: Bearer TOKEN`."
_NOT_ACCEPTED: Final = "The token is wrong: send the admin token of the server."


class Access:
    """Decides who may control a server that listens at `host`. `is_wide` says whether other machines can reach it.

    With a `token`, requests need it, and may come from anywhere. Without one, requests must use a name of this machine,
    and must not come from pages of other machines. A wide server without a token must also be `is_open`.
    """

    def __init__(
        self, host: str = "localhost", *, token: str | None = None, is_open: bool = False, is_wide: bool | None = None
    ) -> None:
        self._host = host.lower()
        self._token = token
        self._is_wide = not is_loopback(host) if is_wide is None else is_wide
        self._is_closed = self._is_wide and token is None and not is_open
        self._shown_host = host
        self._shares = BoundedCache(self._may_read)

    @property
    def notice(self) -> str | None:
        """The notice to print when the server starts, or None."""
        if self._is_closed:
            return f"the admin API is closed, because others can reach {self._shown_host}: {_HOW_TO_OPEN}"
        if self._is_wide and self._token is None:
            return f"the admin API is open to everybody who can reach {self._shown_host}"
        return None

    def refusal(self, request: Request, operation: str) -> Reply | None:
        """Return the reply that refuses an operation, or None if the request may perform it."""
        if operation in _ALWAYS:
            return None
        if self._token is not None:
            return None if operation.startswith(_PAGES) else self._check_token(request)
        if self._is_closed and not operation.startswith(_PAGES):
            message = f"The admin API is closed, because others can reach this server: {_HOW_TO_OPEN}."
            return _denied("Authorization", message, HTTPStatus.FORBIDDEN)
        return self._check_source(request)

    def shares(self, request: Request) -> bool:
        """Return whether the page that sent the request may read the answer. True for requests without a page."""
        origin = request.headers.get("origin")
        if origin is None:
            return True
        return self._shares[origin, request.headers.get("host", "")] and not _is_sent_twice(request, "origin")

    def _may_read(self, origin_and_host: tuple[str, str]) -> bool:
        return self._token is not None or self._is_own_origin(*origin_and_host)

    def _check_token(self, request: Request) -> Reply | None:
        """Return the reply to a request without the right token, or None if it has the token."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        token = given.strip().encode("utf-8", "surrogateescape")
        if scheme.lower() != "bearer" or not token:
            return _unauthorized(_NOT_SENT)
        return None if compare_digest(token, (self._token or "").encode()) else _unauthorized(_NOT_ACCEPTED)

    def _check_source(self, request: Request) -> Reply | None:
        host, origin = request.headers.get("host"), request.headers.get("origin")
        for name in ("Host", "Origin"):
            if _is_sent_twice(request, name.lower()):
                return _denied(name, f"{name} is sent more than once: send it once.")
        if host is not None and not self._is_own(_name(host)):
            return _denied("Host", f"{_shown(host)} is not a name of this machine: {_USE_A_NAME}.")
        if origin is not None and not self._is_own_origin(origin, host or ""):
            return _denied(
                "Origin", f"{_shown(origin)} is not on this machine, so its pages may not use the admin API."
            )
        if origin is None and self._is_embedded(request, host or ""):
            return _denied(
                "Sec-Fetch-Site",
                "A page of another site may not load this: open it in a separate tab, or from a page of this machine.",
            )
        return None

    def _is_embedded(self, request: Request, host: str) -> bool:
        """Return True if a page of another site loads this as a frame, an image, a script or the like.

        Such a request has no `Origin`, but is visible in `Sec-Fetch-Site` and `Sec-Fetch-Dest`. Two pages of this
        machine can be of different sites, such as `127.0.0.1` and `localhost`; then the `Referer` decides. Following a
        link is allowed: it only reads, and only the user sees the result.
        """
        headers = request.headers
        if headers.get("sec-fetch-site") != "cross-site":
            return False
        if headers.get("sec-fetch-dest") == "document" and request.method == "GET":
            return False
        referer = _URL.fullmatch(headers.get("referer", ""))
        return referer is None or not self._is_own_host(referer["host"], host)

    def _is_own_origin(self, origin: str, host: str) -> bool:
        """Return True if the origin is on this machine, or for a wide server, on its network.

        A public address never is, because anybody can have a page there.
        """
        written = _ORIGIN.fullmatch(origin)
        return written is not None and self._is_own_host(written["host"], host)

    def _is_own_host(self, page: str, host: str) -> bool:
        name = _name(page)
        return bool(name) and (name == _name(host) or (self._is_own(name) and not _is_public(name)))

    def _is_own(self, name: str) -> bool:
        """Return whether a name can only mean this machine, or for a wide server, its network."""
        if is_loopback(name) or (name and name == self._host) or name.endswith(_OWN_DOMAINS):
            return True
        # Nobody else can control what an address means, or a name without a dot such as that of a container.
        return self._is_wide and bool(name) and (_is_address(name) or "." not in name)


def is_loopback(name: str) -> bool:
    """Return whether a name or address is only valid on this machine."""
    return name.lower() == "localhost" or (_is_address(name) and _address(name).is_loopback)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_public(name: str) -> bool:
    """Return True if the name is a public IP address."""
    return _is_address(name) and _address(name).is_global


def _address(name: str) -> IPv4Address | IPv6Address:
    """Return an address, with ::ffff:127.0.0.1 as 127.0.0.1. Since version 3.13, Python treats them alike by itself."""
    address = ip_address(name)
    return getattr(address, "ipv4_mapped", None) or address


def _name(host: str) -> str:
    """Return the name of a host without its port, in lower case; empty if it is invalid."""
    written = _HOST.fullmatch(host) if len(host) <= _LONGEST_HOST else None
    if written is None:
        return ""
    if written["ipv6"] is None:
        return written["name"].lower().rstrip(".")
    try:
        return str(IPv6Address(written["ipv6"]))
    except ValueError:
        return ""


def _is_sent_twice(request: Request, name: str) -> bool:
    """Return whether a header is sent more than once, so that its value is ambiguous. `name` is in lower case."""
    return sum(each.lower() == name for each, _ in request.headers.items()) > 1


def _shown(text: str) -> str:
    return repr(text.encode("utf-8", "surrogateescape").decode(errors="replace"))


def _unauthorized(message: str) -> Reply:
    reply = _denied("Authorization", message)
    return Reply(HTTPStatus.UNAUTHORIZED, reply.body, headers=(_CHALLENGE,))


def _denied(field: str, message: str, status: HTTPStatus = HTTPStatus.FORBIDDEN) -> Reply:
    return Reply(status, msgspec.json.encode({"message": message, "field": field}))


LOCAL: Final = Access()  # for a server that listens only on this machine
