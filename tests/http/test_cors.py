import pytest

from mockgms.http import cors
from mockgms.http.messages import Reply, Request

PAGE = "http://localhost:3000"
EXPOSED = "Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Mockgms-Rule, Link"


def preflight(**requested: str) -> Reply | None:
    headers = {"origin": PAGE, **{f"access-control-request-{name}": value for name, value in requested.items()}}
    return cors.preflight(Request("OPTIONS", "/any/path", headers=headers))


def test_a_preflight_is_granted_the_method_and_the_headers_it_asks_for() -> None:
    assert preflight(method="DELETE", headers="content-type,x-api-key") == Reply(
        204,
        headers=(
            ("Access-Control-Allow-Methods", "DELETE"),
            ("Access-Control-Allow-Headers", "content-type,x-api-key"),
        ),
    )


def test_a_preflight_that_asks_for_no_headers_is_granted_none() -> None:
    assert preflight(method="PUT") == Reply(204, headers=(("Access-Control-Allow-Methods", "PUT"),))


def test_a_preflight_is_granted_a_private_network() -> None:
    assert preflight(method="GET", **{"private-network": "true"}) == Reply(
        204,
        headers=(("Access-Control-Allow-Methods", "GET"), ("Access-Control-Allow-Private-Network", "true")),
    )


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "/", headers={"origin": PAGE, "access-control-request-method": "GET"}),
        Request("OPTIONS", "/", headers={"origin": PAGE}),
        Request("OPTIONS", "/", headers={"access-control-request-method": "GET"}),
    ],
)
def test_other_requests_are_not_preflights(request_: Request) -> None:
    assert cors.preflight(request_) is None


def test_every_answer_allows_the_origin_of_the_request_with_credentials() -> None:
    assert cors.headers_for(PAGE) == (
        ("Access-Control-Allow-Origin", PAGE),
        ("Access-Control-Allow-Credentials", "true"),
        ("Access-Control-Expose-Headers", EXPOSED),
        ("Vary", "Origin"),
    )


def test_without_an_origin_every_origin_is_allowed() -> None:
    assert cors.headers_for("*") == (
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Expose-Headers", EXPOSED),
        ("Vary", "Origin"),
    )
