"""Answers that a browser might run: they are harmless in the server's origin for every rule and request."""

import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from mockgms.api.dispatcher import Dispatcher
from mockgms.app import assemble
from mockgms.http.browser_safety import ACTING_HEADERS, HOST_WIDE_HEADERS, SANDBOX
from mockgms.http.messages import Reply, Request
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.faults.catalog import FAULTS
from tests.threaded import serving

PATH = "/callbacks/availability/sales"
NOSNIFF = ("X-Content-Type-Options", "nosniff")
PAGE = "<script>fetch(`/__admin/reset`, {method: `POST`})</script>"
# A frame, an object or an embed is refused by the last directive, everything else by the others.
POLICY = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
INERT_TYPES = ("application/json; charset=utf-8", "text/plain; charset=utf-8", "text/csv; charset=utf-8")
TYPES = [
    *("text/html", "TEXT/HTML", "tExT/hTmL;charset=UTF-7", " text/html", "text/html ; charset=iso-2022-jp"),
    *("application/xhtml+xml", "image/svg+xml", "Image/SVG+XML; charset=utf-8", "text/xml", "application/xml"),
    *("application/atom+xml", "text/xsl", "application/mathml+xml", "application/rdf+xml", "x/y+XML"),
    *("text/css", "text/javascript", "application/ecmascript", "text/jscript", "application/wasm", "text/vtt"),
    *("application/pdf", "application/x-shockwave-flash", "text/cache-manifest", "application/manifest+json"),
    *("multipart/x-mixed-replace; boundary=a", "multipart/related; boundary=a", "message/rfc822"),
    *("", " ", "\t", ";", "/", "html", "text", "text/", "unknown/unknown", "application/unknown", "*/*", "text/html,"),
    *("application/json, text/html", "text/html, application/json", "application/json;text/html", "text/plain\thtml"),
    *("application/json", "text/plain", "text/plain; charset=utf-7", "application/octet-stream", "tëxt/html", None),
]
# Headers by which a rule might remove or weaken the policy.
TRICKS: list[dict[str, str]] = [
    {},
    {"Content-Security-Policy": "script-src * 'unsafe-inline'; sandbox allow-scripts allow-same-origin"},
    {"content-security-policy": ""},
    {"CONTENT-SECURITY-POLICY": "default-src *", "content-Security-policy": "sandbox allow-scripts"},
    {"Content-Security-Policy-Report-Only": "default-src *"},
    {"X-Content-Type-Options": "sniff"},
    {"x-content-type-options": "", "X-CONTENT-TYPE-OPTIONS": "none, nosniff"},
    {"X-WebKit-CSP": "default-src *", "X-Frame-Options": "ALLOWALL", "Refresh": "0; url=javascript:alert(1)"},
]


def rule(headers: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"name": "proxy", "then": {"fault": "respond", "headers": headers, "body": PAGE, **more}}


async def armed(rule: dict[str, Any]) -> Dispatcher:
    catalog = Catalog()
    dispatcher = assemble(catalog.named("default"), catalog)
    reply = await dispatcher.answer(Request("POST", "/__admin/rules", body=json.dumps(rule).encode()))
    assert reply.status == 201, reply.body
    return dispatcher


def check_inert(reply: Reply) -> None:
    """Assert that the first policy is the strict one, and that `nosniff` is the only value of its header."""
    names = [name.lower() for name, _ in reply.headers]
    assert reply.headers[names.index("content-security-policy")] == ("Content-Security-Policy", POLICY)
    assert [pair for pair in reply.headers if pair[0].lower() == "x-content-type-options"] == [NOSNIFF]


@pytest.mark.unmeasured
@pytest.mark.slow
@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("trick", TRICKS)
async def test_the_answer_of_a_rule_is_sandboxed_for_every_content_type_and_header(
    kind: str | None, trick: dict[str, str]
) -> None:
    headers = trick if kind is None else {**trick, "Content-Type": kind}
    reply = await (await armed(rule(headers))).answer(Request("GET", PATH))
    check_inert(reply)
    assert reply.body == PAGE.encode()
    assert reply.content_type == ("text/plain; charset=utf-8" if kind is None else kind)
    kept = {pair for pair in trick.items() if pair[0].lower() != "x-content-type-options"}
    assert kept <= set(reply.headers)


@pytest.mark.parametrize("damage", [(), ("truncate",), ("slow_body",), ("garbage",), ("rate_limit",)])
async def test_the_answer_of_a_rule_is_sandboxed_when_other_faults_damage_it(damage: tuple[str, ...]) -> None:
    settings = {"rate_limit": {"limit": 5, "per": "1m"}}
    then = [{"fault": name, **settings.get(name, {})} for name in damage]
    page = {"fault": "respond", "headers": {"Content-Type": "text/html"}, "body": PAGE}
    check_inert(await (await armed({"name": "proxy", "then": [*then, page]})).answer(Request("GET", PATH)))


@pytest.mark.parametrize("name", sorted(set(FAULTS) - {"hang", "disconnect", "empty", "delay", "set_state"}))
@pytest.mark.parametrize("phase", ["before", "after"])
async def test_no_fault_answers_with_content_that_a_browser_might_run(name: str, phase: str) -> None:
    settings: dict[str, Any] = {
        "rate_limit": {"limit": 1, "per": "1m"},
        "error": {"status": 403, "message": PAGE},
        "respond": {"headers": {"Content-Type": "text/html"}, "body": PAGE},
        "server_error": {"message": PAGE},
    }
    then = {"fault": name, **settings.get(name, {})}
    dispatcher = await armed({"name": "proxy", "then": then, "phase": phase})
    for path in (PATH, f"/genesys/1/service/callback/{quote(PAGE, safe='')}/availability"):
        reply = await dispatcher.answer(Request("GET", path))
        assert ("X-Mockgms-Rule", "proxy") in reply.headers
        assert NOSNIFF in reply.headers
        assert SANDBOX in reply.headers or reply.content_type in INERT_TYPES


@pytest.mark.parametrize("way", ["header", "parameter"])
async def test_an_answer_that_a_request_asks_for_is_sandboxed(way: str) -> None:
    fault = json.dumps({"fault": "respond", "headers": {"Content-Type": "text/html"}, "body": PAGE})
    query, headers = (f"__fault={quote(fault)}", {}) if way == "parameter" else ("", {"x-mockgms-fault": fault})
    catalog = Catalog()
    reply = await assemble(catalog.named("default"), catalog).answer(Request("GET", PATH, query, headers))
    check_inert(reply)
    assert (reply.body, reply.content_type) == (PAGE.encode(), "text/html")


async def test_an_answer_of_a_rule_in_a_scenario_or_a_snapshot_is_sandboxed() -> None:
    catalog = Catalog()
    dispatcher = assemble(catalog.named("default"), catalog)
    page = json.dumps({"description": "x", "rules": [rule({"Content-Type": "text/html"})]}).encode()
    assert (await dispatcher.answer(Request("PUT", "/__admin/scenario", body=page))).status == 200
    check_inert(await dispatcher.answer(Request("GET", PATH)))
    snapshot = (await dispatcher.answer(Request("GET", "/__admin/snapshot"))).body
    assert (await dispatcher.answer(Request("PUT", "/s/other/__admin/snapshot", body=snapshot))).status == 200
    check_inert(await dispatcher.answer(Request("GET", f"/s/other{PATH}")))


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", PATH),
        Request("GET", "/<script>"),
        Request("GET", "/__admin/<script>"),
        Request("GET", "/genesys/1/service/callback/<script>"),
        Request("POST", "/callbacks/create", body=b"<script>"),
        Request("GET", "/genesys/1/service/callback"),
        Request("GET", "/genesys/1/admin/callback/reports/cancelled"),
        Request("OPTIONS", PATH, headers={"origin": "http://a.example", "access-control-request-method": "<script>"}),
        Request("GET", "/__admin/requests"),
        Request("GET", "/__admin/clock", headers={"origin": "http://<script>"}),
        Request("GET", PATH, headers={"x-mockgms-session": "<script>"}),
        Request("GET", PATH, headers={"x-mockgms-fault": "<script>"}),
    ],
)
async def test_all_other_answers_have_nosniff_and_an_inert_content_type(request_: Request) -> None:
    catalog = Catalog()
    reply = await assemble(catalog.named("default"), catalog).answer(request_)
    assert NOSNIFF in reply.headers
    assert reply.content_type in INERT_TYPES


KEPT = "browsers keep it for the whole host"
ACTED_ON = "browsers act on it in the name of the host"
AWAY = "it leads to another host, and not to a path such as /ui/"
HOST_WIDE = [*sorted(HOST_WIDE_HEADERS), "Set-Cookie", "CLEAR-SITE-DATA", "Strict-Transport-Security"]


@pytest.mark.parametrize("name", HOST_WIDE)
@pytest.mark.parametrize("chain", ["{0}", "[{{fault: delay, by: 1ms}}, {0}]"])
async def test_a_request_cannot_ask_for_headers_that_browsers_keep_for_the_host(name: str, chain: str) -> None:
    reply = await answer_with_fault(chain.format(f"{{fault: respond, headers: {{X-A: b, {name}: a}}}}"))
    assert (reply.status, message(reply)) == refused(name, KEPT)
    assert name.lower() not in {name.lower() for name, _ in reply.headers}


@pytest.mark.parametrize(
    "name", [*sorted(ACTING_HEADERS), "Refresh", "WWW-Authenticate", "Access-Control-Allow-Credentials"]
)
async def test_a_request_cannot_ask_for_headers_by_which_browsers_act_for_the_host(name: str) -> None:
    reply = await answer_with_fault(f"{{fault: respond, status: 401, headers: {{{name}: a}}}}")
    assert (reply.status, message(reply)) == refused(name, ACTED_ON)
    assert name.lower() not in {name.lower() for name, _ in reply.headers}


ELSEWHERE = [
    *(
        "http://evil.example",
        "HTTP://localhost/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:x",
    ),
    *("/\t/evil.example", " //evil.example", "\t//evil.example", "ui", ""),
]


@pytest.mark.parametrize("to", ELSEWHERE)
async def test_a_request_cannot_ask_for_a_redirect_to_another_host(to: str) -> None:
    reply = await answer_with_fault(json.dumps({"fault": "respond", "status": 302, "headers": {"location": to}}))
    assert (reply.status, message(reply)) == refused("location", AWAY)


@pytest.mark.parametrize("to", ["/", "/ui/", "/callbacks/availability/sales?a=//b#c"])
async def test_a_request_can_ask_for_a_redirect_to_a_path(to: str) -> None:
    reply = await answer_with_fault(json.dumps({"fault": "respond", "status": 302, "headers": {"Location": to}}))
    assert (reply.status, dict(reply.headers)["Location"]) == (302, to)


async def answer_with_fault(fault: str) -> Reply:
    catalog = Catalog()
    dispatcher = assemble(catalog.named("default"), catalog)
    return await dispatcher.answer(Request("GET", PATH, "", {"x-mockgms-fault": fault}))


def message(reply: Reply) -> str:
    return str(json.loads(reply.body)["status"]["message"])


def refused(name: str, why: str) -> tuple[int, str]:
    put = "and any page can send a request: use a rule instead."
    return 400, f"X-Mockgms-Fault cannot set the header {name}, because {why}, {put}"


async def test_a_rule_can_set_headers_that_a_request_cannot_ask_for() -> None:
    cookie = {
        "Set-Cookie": "route=1; Path=/",
        "Strict-Transport-Security": "max-age=0",
        "WWW-Authenticate": 'Basic realm="x"',
        "Refresh": "5",
        "Location": "http://sso.example/login",
    }
    reply = await (await armed(rule(cookie))).answer(Request("GET", PATH))
    assert set(cookie.items()) <= set(reply.headers)


# Over the wire: the head is well-formed, and the connection can be used again.


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    catalog = Catalog()
    with serving(catalog.named("default"), catalog) as url:
        yield urlsplit(url).netloc


HEADERS = [
    {"X-Empty": ""},
    {"X-A": "1", "x-a": "2"},
    {"Content-Type": "text/html", "content-TYPE": "text/plain"},
    {"X-Text": "déjà vu 😀 \u2028\u2029\ufeff"},
    {"X-Text": " \t x \t "},
    {"Date": "x", "Vary": "*", "Server": "x", "Allow": "GET", "X-Mockgms-Rule": "x"},
    {"Location": "javascript:alert(1)", "Refresh": "0"},
    {"X-" + "n" * 900: "v" * 12_000},
    {f"X-{number}": "v" for number in range(50)},
    {"Content-Encoding": "identity", "Content-Range": "bytes 0-1/2", "Accept-Ranges": "bytes"},
]


@pytest.mark.parametrize("status", [200, 204, 205, 304, 404, 599])
@pytest.mark.parametrize("headers", HEADERS)
def test_headers_of_a_rule_break_neither_the_head_nor_the_connection(
    address: str, headers: dict[str, str], status: int
) -> None:
    fault = {"fault": "respond", "status": status, "headers": headers, "body": PAGE}
    armed = json.dumps({"name": "raw", "then": fault}, ensure_ascii=False).encode()
    with closing(http.client.HTTPConnection(address, timeout=10)) as client:
        client.request("POST", "/__admin/rules", armed)
        assert client.getresponse().read() is not None
        for _ in range(2):
            client.request("GET", PATH)
            answer = client.getresponse()
            kept = [name.lower() for name, _ in answer.getheaders()]
            assert answer.status == status
            assert answer.read() == (b"" if status in (204, 304) else PAGE.encode())
            assert kept.count("content-length") == (status != 204)
            assert kept.count("content-type") == (status != 204)
            assert [value for name, value in answer.getheaders() if name == SANDBOX[0]] == [POLICY]
        client.request("GET", "/__admin/health")
        assert client.getresponse().status == 200
