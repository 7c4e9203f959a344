from base64 import b64encode
from typing import Literal

import pytest

from mockgms.api.credentials import check
from mockgms.http.messages import Request
from mockgms.http.refusals import CredentialsMissing, CredentialsWrong
from mockgms.scenario.model import Auth, Basic

KEYS = Auth(api_keys=frozenset({"KEY-1", "KEY-2"}))
BASIC = Auth(basic=Basic("user", "päss:word"))
BOTH = Auth(api_keys=KEYS.api_keys, basic=BASIC.basic)


def basic(login: str, scheme: str = "Basic") -> dict[str, str]:
    return {"authorization": f"{scheme} {b64encode(login.encode()).decode()}"}


def admit(headers: dict[str, str], auth: Auth, version: Literal["v1", "v3"]) -> None:
    check(Request("GET", "/", headers=headers), auth, version)


@pytest.mark.parametrize("version", ["v1", "v3"])
def test_every_request_is_admitted_if_no_credentials_are_configured(version: Literal["v1", "v3"]) -> None:
    admit({}, Auth(), version)
    admit({"x-api-key": "any", "authorization": "Bearer x"}, Auth(), version)


def test_v3_admits_every_request_if_only_a_user_is_configured() -> None:
    admit({}, BASIC, "v3")


@pytest.mark.parametrize(
    ("headers", "auth", "version"),
    [
        ({"apikey": "KEY-1"}, KEYS, "v1"),
        ({"x-api-key": "KEY-2"}, KEYS, "v1"),
        ({"x-api-key": "KEY-1"}, KEYS, "v3"),
        ({"apikey": "", "x-api-key": "KEY-1"}, KEYS, "v1"),
        ({"apikey": "KEY-3", "x-api-key": "KEY-1"}, KEYS, "v1"),
        ({"x-api-key": "KEY-1", **basic("nobody:x")}, KEYS, "v3"),
        (basic("user:päss:word"), BASIC, "v1"),
        (basic("user:päss:word", "basic"), BASIC, "v1"),
        (basic("user:päss:word"), BOTH, "v1"),
        ({"apikey": "KEY-1"}, BOTH, "v1"),
        ({"apikey": "KEY-1", **basic("nobody:x")}, BOTH, "v1"),
        ({"apikey": "KEY-3", **basic("user:päss:word")}, BOTH, "v1"),
    ],
)
def test_one_correct_credential_is_enough(headers: dict[str, str], auth: Auth, version: Literal["v1", "v3"]) -> None:
    admit(headers, auth, version)


@pytest.mark.parametrize(
    ("headers", "auth", "version"),
    [
        ({}, KEYS, "v1"),
        ({}, KEYS, "v3"),
        ({}, BASIC, "v1"),
        ({"x-api-key": ""}, KEYS, "v3"),
        ({"apikey": "KEY-1"}, KEYS, "v3"),
        (basic("user:päss:word"), BOTH, "v3"),
    ],
)
def test_a_request_without_a_credential_that_the_version_reads_is_refused_as_missing(
    headers: dict[str, str], auth: Auth, version: Literal["v1", "v3"]
) -> None:
    with pytest.raises(CredentialsMissing):
        admit(headers, auth, version)


@pytest.mark.parametrize(
    ("headers", "auth", "version"),
    [
        ({"apikey": "KEY-3"}, KEYS, "v1"),
        ({"x-api-key": "key-1"}, KEYS, "v3"),
        ({"x-api-key": "KEY-ü\udcff"}, KEYS, "v3"),
        ({"apikey": "KEY-1"}, BASIC, "v1"),
        (basic("user:password"), BASIC, "v1"),
        (basic("user"), BASIC, "v1"),
        (basic("user:päss:word", "Bearer"), BASIC, "v1"),
        (basic("user:päss:word"), KEYS, "v1"),
        ({"authorization": "Basic"}, BASIC, "v1"),
        ({"authorization": "Basic !"}, BASIC, "v1"),
        ({"authorization": "Basic ü"}, BASIC, "v1"),
    ],
)
def test_incorrect_credentials_are_refused_as_wrong(
    headers: dict[str, str], auth: Auth, version: Literal["v1", "v3"]
) -> None:
    with pytest.raises(CredentialsWrong):
        admit(headers, auth, version)
