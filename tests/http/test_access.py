"""Who may use the admin API: by token, by the Host of the request, and by the page that sends it."""

import json

import pytest
from multidict import CIMultiDict

from mockgms.http.access import Access
from mockgms.http.messages import Reply, Request

TOKEN = "s3cret"
WIDE = "0.0.0.0"  # noqa: S104  # what containers bind
REMEDY = (
    "start mockgms with a token (--admin-token or MOCKGMS_ADMIN_TOKEN) and send `Authorization: Bearer TOKEN`, or open "
    "it to everybody with --admin-open (MOCKGMS_ADMIN_OPEN=true)"
)


def answer(access: Access, operation: str = "admin.reset", **headers: str) -> tuple[int, object] | None:
    reply: Reply | None = access.refusal(Request("POST", "/__admin/reset", headers=headers), operation)
    return None if reply is None else (reply.status, json.loads(reply.body))


def foreign_host(shown: str) -> tuple[int, object]:
    instead = "use localhost in the URL, or start mockgms with a token (--admin-token) and send it"
    return 403, {"message": f"{shown} is not a name of this machine: {instead}.", "field": "Host"}


def foreign_origin(shown: str) -> tuple[int, object]:
    return 403, {
        "message": f"{shown} is not on this machine, so its pages may not use the admin API.",
        "field": "Origin",
    }


MISSING = (
    401,
    {
        "message": "The admin API requires a token, but none was sent: send `Authorization: Bearer TOKEN`.",
        "field": "Authorization",
    },
)
WRONG = (
    401,
    {
        "message": "The token is wrong: send the admin token of the server.",
        "field": "Authorization",
    },
)
CLOSED = (
    403,
    {
        "message": f"The admin API is closed, because others can reach this server: {REMEDY}.",
        "field": "Authorization",
    },
)


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST:8080", "localhost.:8080", "127.0.0.1:8080", "127.9.8.7", "[::1]:8080"),
        *("mock.localhost", "host.docker.internal:8080"),
    ],
)
def test_a_host_that_names_this_machine_is_allowed(host: str) -> None:
    assert answer(Access(), host=host) is None
    assert answer(Access(WIDE, is_open=True), host=host) is None


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("evil.example:8080", "'evil.example:8080'"),
        ("localhost.evil.example", "'localhost.evil.example'"),
        ("127.0.0.1.evil.example", "'127.0.0.1.evil.example'"),
        ("[::1", "'[::1'"),
        ("", "''"),
        ("caf\udce9.example", "'caf\ufffd.example'"),
    ],
)
def test_a_foreign_host_is_refused(host: str, shown: str) -> None:
    assert answer(Access(), host=host) == foreign_host(shown)
    assert answer(Access(WIDE, is_open=True), host=host) == foreign_host(shown)


def test_a_request_without_a_host_is_allowed() -> None:
    assert answer(Access()) is None


def test_the_address_that_the_server_listens_at_is_allowed_as_host() -> None:
    assert answer(Access("192.168.1.7", is_open=True), host="192.168.1.7:8080") is None
    assert answer(Access("gms.example", is_open=True), host="gms.example:8080") is None


@pytest.mark.parametrize("host", ["mockgms:8080", "192.168.1.7:8080", "[fd00::1]:8080"])
def test_hosts_of_a_network_are_allowed_if_the_server_listens_on_all_addresses(host: str) -> None:
    assert answer(Access(WIDE, is_open=True), host=host) is None
    assert answer(Access(), host=host) == foreign_host(repr(host))


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://localhost:3000", "localhost:8080"),
        ("https://127.0.0.1", "localhost:8080"),
        ("http://[::1]:3000", "127.0.0.1:8080"),
        ("http://page.localhost:3000", "localhost:8080"),
    ],
)
def test_pages_of_this_machine_may_send_requests_and_read_answers(origin: str, host: str) -> None:
    assert answer(Access(), host=host, origin=origin) is None
    assert Access().shares(Request("GET", "/", headers={"host": host, "origin": origin}))


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://192.168.1.9:3000", "http://wiki", "null", "http://["]
)
def test_pages_of_other_machines_may_neither_send_requests_nor_read_answers(origin: str) -> None:
    assert answer(Access(), host="localhost", origin=origin) == foreign_origin(repr(origin))
    assert not Access().shares(Request("GET", "/", headers={"host": "localhost", "origin": origin}))


def test_a_page_of_the_same_host_is_allowed_if_the_host_names_the_server() -> None:
    opened = Access("gms.example", is_open=True)
    assert answer(opened, host="gms.example:8080", origin="http://gms.example:3000") is None
    assert answer(opened, host="evil.example", origin="http://evil.example") == foreign_host("'evil.example'")


def test_a_server_that_others_can_reach_is_closed_unless_it_is_opened_or_has_a_token() -> None:
    assert answer(Access(WIDE), host="localhost") == CLOSED
    assert answer(Access("192.168.1.7"), host="192.168.1.7") == CLOSED
    assert answer(Access(WIDE, is_open=True), host="localhost") is None
    assert answer(Access(WIDE, token=TOKEN), host="localhost") == MISSING


@pytest.mark.parametrize("given", ["Bearer s3cret", "bearer  s3cret "])
def test_a_request_with_the_token_is_allowed_from_any_host_and_origin(given: str) -> None:
    for access in (Access(token=TOKEN), Access(WIDE, token=TOKEN, is_open=True)):
        assert answer(access, host="evil.example", origin="http://evil.example", authorization=given) is None
        assert access.shares(Request("GET", "/", headers={"host": "evil.example", "origin": "http://evil.example"}))


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        *((given, MISSING) for given in ("", "Bearer", "Bearer ", "Basic s3cret", "s3cret")),
        *((given, WRONG) for given in ("Bearer s3cre", "Bearer s3cret2", "bearer x", "Bearer \udce9")),
    ],
)
def test_a_request_without_the_token_is_refused_because_it_is_missing_or_wrong(given: str, refused: object) -> None:
    for access in (Access(token=TOKEN), Access(WIDE, token=TOKEN, is_open=True)):
        assert answer(access, host="localhost", authorization=given) == refused


def test_the_header_www_authenticate_says_how_the_token_is_sent() -> None:
    reply = Access(token=TOKEN).refusal(Request("GET", "/"), "admin.reset")
    assert reply is not None
    assert reply.headers == (("WWW-Authenticate", 'Bearer realm="mockgms"'),)


@pytest.mark.parametrize("operation", ["admin.health", "admin.ready", "admin.authority"])
def test_the_health_and_the_certificate_authority_are_open_to_everybody(operation: str) -> None:
    for access in (Access(), Access(WIDE), Access(token=TOKEN)):
        assert answer(access, operation, host="evil.example") is None


@pytest.mark.parametrize("operation", ["ui.start.html", "admin.docs", "admin.openapi"])
def test_pages_are_shown_without_a_token_but_not_at_a_foreign_host(operation: str) -> None:
    assert answer(Access(WIDE), operation, host="mockgms:8080") is None
    assert answer(Access(WIDE, token=TOKEN), operation, host="gms.example") is None
    assert answer(Access(), operation, host="evil.example") == foreign_host("'evil.example'")


def test_a_notice_says_that_the_admin_api_is_open_or_closed_to_others() -> None:
    assert [Access().notice, Access("localhost").notice, Access(WIDE, token=TOKEN).notice] == [None, None, None]
    assert Access(WIDE).notice == f"the admin API is closed, because others can reach {WIDE}: {REMEDY}"
    assert Access(WIDE, is_open=True).notice == f"the admin API is open to everybody who can reach {WIDE}"


LOADED: dict[str, str] = {"host": "localhost:8080", "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
INSTEAD = "open it in a separate tab, or from a page of this machine"
EMBEDDED = 403, {"message": f"A page of another site may not load this: {INSTEAD}.", "field": "Sec-Fetch-Site"}


@pytest.mark.parametrize(
    "kind", ["iframe", "image", "script", "style", "object", "embed", "empty", "serviceworker", ""]
)
@pytest.mark.parametrize(
    "referer", ["http://evil.example/localhost", "http://localhost.evil.example/", "null", "", None]
)
def test_a_page_of_another_site_may_not_load_the_admin_api_even_without_an_origin(
    kind: str, referer: str | None
) -> None:
    headers = {**LOADED, "sec-fetch-dest": kind, **({} if referer is None else {"referer": referer})}
    for access in (Access(), Access(WIDE, is_open=True)):
        assert answer(access, **headers) == EMBEDDED
        assert answer(access, "ui.start.html", **headers) == EMBEDDED


@pytest.mark.parametrize("referer", ["http://127.0.0.1:3000/", "https://[::1]/page?a=b", "http://page.localhost:3000/"])
def test_a_page_of_this_machine_may_load_the_admin_api_under_any_of_its_names(referer: str) -> None:
    assert answer(Access(), **LOADED, **{"sec-fetch-dest": "iframe", "referer": referer}) is None


@pytest.mark.parametrize("site", ["same-origin", "same-site", "none"])
def test_a_request_that_comes_from_no_other_site_is_allowed(site: str) -> None:
    assert answer(Access(), **{**LOADED, "sec-fetch-site": site, "sec-fetch-dest": "iframe"}) is None


def test_a_link_of_another_site_may_be_followed_and_a_form_may_not_be_sent() -> None:
    link = {**LOADED, "sec-fetch-dest": "document", "sec-fetch-mode": "navigate", "referer": "http://evil.example/"}
    assert Access().refusal(Request("GET", "/__admin/clock", headers=link), "admin.clock.read") is None
    assert answer(Access(), **link) == EMBEDDED


def test_the_health_and_the_scripts_are_open_to_pages_of_every_site() -> None:
    for operation in ("admin.health", "ui.callbackservice.js", "ui.callbackservice.d.ts", "ui.callbackform.js"):
        assert answer(Access(), operation, **{**LOADED, "sec-fetch-dest": "script"}) is None


PUBLIC = ["http://8.8.8.8:8080", "http://[2606:4700::1111]", "http://[::ffff:8.8.8.8]"]


@pytest.mark.parametrize("origin", PUBLIC)
def test_a_page_at_a_public_address_is_refused_even_if_the_mock_is_open(origin: str) -> None:
    assert answer(Access(WIDE, is_open=True), host="localhost:8080", origin=origin) == foreign_origin(repr(origin))
    assert not Access(WIDE, is_open=True).shares(Request("GET", "/", headers={"host": "localhost", "origin": origin}))


@pytest.mark.parametrize("origin", ["http://192.168.1.9:3000", "http://[fd00::1]", "http://wiki", "http://10.1.2.3"])
def test_a_page_of_the_network_is_allowed_if_the_mock_is_open(origin: str) -> None:
    assert answer(Access(WIDE, is_open=True), host="mockgms:8080", origin=origin) is None


def test_a_page_at_the_same_public_address_as_the_mock_is_allowed() -> None:
    assert answer(Access(WIDE, is_open=True), host="8.8.8.8:8080", origin="http://8.8.8.8") is None


def test_a_server_whose_name_leads_only_to_this_machine_is_open_at_that_name() -> None:
    at_name = Access("Mock.Example", is_wide=False)
    assert at_name.notice is None
    assert answer(at_name, host="mock.example:8080", origin="http://mock.example:3000") is None
    assert answer(at_name, host="mockgms:8080") == foreign_host("'mockgms:8080'")
    assert Access("LocalHost").notice is None


def test_a_server_at_every_address_refuses_an_empty_host() -> None:
    every = Access("::", is_open=True)
    assert answer(every, host="") == foreign_host("''")
    assert every.notice == "the admin API is open to everybody who can reach ::"


def test_a_host_that_is_longer_than_any_name_is_refused() -> None:
    request = Request("GET", "/__admin/clock", headers={"host": "a." * 200 + "localhost"})
    reply = Access().refusal(request, "admin.clock.read")
    assert reply is not None
    assert reply.status == 403


@pytest.mark.parametrize(
    "host",
    [
        *("[::1].evil.com", "[::1]evil.com", "[::1]:80.evil.com", "::1", "[localhost]", "[::1%25lo]", "[]", "[1.2.3]"),
        *("localhost:abc", "localhost:80:80", "localhost:-1", "localhost:123456", "localhost:8080/", "localhost#x"),
        *("evil.com@localhost", "localhost?", "localhost\\", "localhost ", "local host", "localhost,evil.com", ""),
        *("localhost\n", "l\u00f6calhost", "%6cocalhost"),
    ],
)
def test_a_host_with_more_than_a_name_or_an_address_and_a_port_is_refused(host: str) -> None:
    refused = answer(Access(), host=host)
    assert refused == foreign_host(repr(host))


@pytest.mark.parametrize(
    "origin",
    [
        *(
            "http://localhost#.evil.com",
            "http://localhost?.evil.com",
            "http://localhost/",
            "http://localhost/.evil.com",
        ),
        *("ftp://localhost", "file://localhost", "null", "localhost", "//localhost", "http:/localhost", "http://"),
        *("http://evil.com@localhost", "http://localhost:abc", "http://[::1].evil.com", "http://localhost\\.evil.com"),
        *("http://localhost http://evil.com", "http://localhost, http://localhost", "xhttp://localhost", ""),
    ],
)
def test_an_origin_with_more_than_a_scheme_a_host_and_a_port_is_refused(origin: str) -> None:
    assert answer(Access(), host="localhost", origin=origin) == foreign_origin(repr(origin))
    assert not Access().shares(Request("GET", "/", headers={"host": "localhost", "origin": origin}))


@pytest.mark.parametrize("name", ["Host", "Origin"])
def test_a_host_or_an_origin_that_is_sent_twice_is_refused(name: str) -> None:
    own = {"Host": "localhost", "Origin": "http://localhost"}[name]
    headers = CIMultiDict([("Host", "localhost"), ("Origin", "http://localhost"), (name.lower(), own)])
    request = Request("POST", "/__admin/reset", headers=headers)
    reply = Access().refusal(request, "admin.reset")
    assert reply is not None
    expected = {"message": f"{name} is sent more than once: send it once.", "field": name}
    assert (reply.status, json.loads(reply.body)) == (403, expected)
    assert Access().shares(request) == (name == "Host")
