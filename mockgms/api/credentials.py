"""Check the API key or password that a scenario can require."""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable
from hmac import compare_digest
from typing import Final, Literal

from mockgms.http.messages import Request
from mockgms.http.refusals import CredentialsMissing, CredentialsWrong
from mockgms.scenario.model import Auth, Basic

# The browser widget sends `apikey` to v1 and `x-api-key` to v3, the official v3 clients `x-api-key` (verified).
_KEY_HEADERS: Final = {"v1": ("apikey", "x-api-key"), "v3": ("x-api-key",)}


def check(request: Request, auth: Auth, version: Literal["v1", "v3"]) -> None:
    """Raise CredentialsMissing or CredentialsWrong if a request lacks valid credentials.

    Every version accepts an API key in a header. v1 also accepts HTTP Basic authentication. If the scenario has no
    credentials that the version supports, all requests are accepted.
    """
    basic = auth.basic if version == "v1" else None
    if not auth.api_keys and basic is None:
        return
    keys = [value for name in _KEY_HEADERS[version] if (value := request.headers.get(name))]
    login = request.headers.get("authorization") if version == "v1" else None
    if not keys and not login:
        raise CredentialsMissing
    if not any(_is_one_of(key, auth.api_keys) for key in keys) and not (login and basic and _is_user(login, basic)):
        raise CredentialsWrong


def _is_user(login: str, basic: Basic) -> bool:
    scheme, _, encoded = login.partition(" ")
    try:
        given = b64decode(encoded.strip(), validate=True)
    except (NotBase64, ValueError):
        return False
    return scheme.lower() == "basic" and compare_digest(given, f"{basic.username}:{basic.password}".encode())


def _is_one_of(key: str, keys: Iterable[str]) -> bool:
    given = key.encode("utf-8", "surrogateescape")
    return any(compare_digest(given, known.encode()) for known in keys)
