"""Phone numbers without a sensitive name: masked in the journal, in explanations, in summaries and in the log."""

import json
import logging
from typing import NamedTuple

import pytest

from mockgms.api.masking.bare_numbers import in_names, in_target, in_text
from mockgms.app import assemble
from mockgms.http.messages import Request, run_to_end
from mockgms.scenario.catalog import Catalog

NUMBER = "4155559876"
GMS = "/genesys/1/service/callback"
UUID = "12345678-1234-4123-8123-123456789012"


class Sent(NamedTuple):
    method: str
    path: str
    query: str = ""
    content_type: str = "text/plain"
    body: str = ""


SENT = {
    "a callback's id": Sent("GET", f"{GMS}/{NUMBER}"),
    "an id to cancel": Sent("DELETE", f"{GMS}/sales/{NUMBER}"),
    "a service's name": Sent("GET", f"{GMS}/{NUMBER}/availability"),
    "an unknown path": Sent("GET", f"/nosuch/{NUMBER}"),
    "an unknown path of v3": Sent("GET", f"/callbacks/{NUMBER}/nosuch"),
    "an encoded path": Sent("GET", "/nosuch/%34155559876"),
    "a grouped number in a path": Sent("GET", "/nosuch/415-555-9876"),
    "a time": Sent("GET", f"{GMS}/a/availability", f"start={NUMBER}"),
    "a query without a value": Sent("GET", f"{GMS}/a/availability", f"{NUMBER}=x"),
    "any parameter": Sent("GET", f"{GMS}/a", f"who={NUMBER}"),
    "plain text": Sent("POST", f"{GMS}/sales", "", "text/plain", NUMBER),
    "a form": Sent("POST", "/callbacks/create", "", "application/x-www-form-urlencoded", f"a=b&{NUMBER}=c"),
    "a list": Sent("POST", "/callbacks/create", "", "application/json", f'["{NUMBER}"]'),
    "a bare value": Sent("POST", "/callbacks/create", "", "application/json", NUMBER),
    "a name": Sent("POST", "/callbacks/create", "", "application/json", f'{{"a": {{"{NUMBER}": 1}}}}'),
    "broken JSON": Sent("POST", "/callbacks/create", "", "application/json", f'{{"who": "{NUMBER}'),
}


@pytest.mark.parametrize("place", SENT)
async def test_a_number_without_a_sensitive_name_is_masked_everywhere(
    place: str, caplog: pytest.LogCaptureFixture
) -> None:
    sent = SENT[place]
    catalog = Catalog()
    dispatcher = assemble(catalog.named("default"), catalog)
    host = {"host": "localhost"}
    with caplog.at_level(logging.DEBUG, "mockgms"):
        request = Request(sent.method, sent.path, sent.query, host | {"content-type": sent.content_type})
        request.body = sent.body.encode()
        await dispatcher.answer(request)
    shown = [
        (await dispatcher.answer(Request("GET", f"/__admin/{path}", query, host))).body.decode()
        for path, query in (
            ("requests", ""),
            ("requests", "summary=true"),
            ("requests/1", ""),
            ("requests/1/explain", ""),
        )
    ]
    logged = "".join(str(vars(record)) + record.getMessage() for record in caplog.records)
    for text in (*shown, logged):
        assert NUMBER not in text
        assert "5559876" not in text
        assert "%34155559876" not in text
        assert "415-555-9876" not in text
    unmasked = (await dispatcher.answer(Request("GET", "/__admin/requests/1", "unmasked=true", host))).body
    request_shown = json.loads(unmasked)["request"]
    assert (request_shown["path"], request_shown["query"], request_shown["body"]) == (sent.path, sent.query, sent.body)


@pytest.mark.parametrize(
    ("path", "params", "found"),
    [
        (f"/a/{NUMBER}/b", {}, [NUMBER]),
        ("/a/%2B14155559876", {}, ["%2B14155559876"]),
        ("/(415) 555-9876", {}, ["(415) 555-9876"]),
        ("/123456789/1234567890123456/2026-03-02-10/a4155559876", {}, []),
        (f"/{UUID}/{'0' * 300}/12345678901x", {}, []),
        ("/", {"startMS": ["1772442000000"], "end-ms": ["1772442000000"], "_": ["1772442000000"]}, []),
        ("/", {"start": ["2026-03-02T10:00:00Z", "x"], "a": ["2026-03-02 10"]}, []),
        ("/", {"start": ["1", NUMBER], NUMBER: ["x"]}, [NUMBER, NUMBER]),
    ],
)
def test_a_path_segment_or_parameter_of_10_to_15_digits_is_a_number(
    path: str, params: dict[str, list[str]], found: list[str]
) -> None:
    assert list(in_target(path, params)) == found


def test_numbers_are_found_in_field_names_at_any_depth() -> None:
    fields = {"a": {NUMBER: "1234567890"}, "b": [{"+14155550100": 1}, "x"], "c": 1}
    assert list(in_names(fields)) == [NUMBER, "+14155550100"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{NUMBER}", [NUMBER]),
        (f"call {NUMBER}, or 415 555 9877.", [NUMBER, "415 555 9877"]),
        (r"\u00341\u0035" + "5559876", [NUMBER]),
        (f'{{"id": "{UUID}", "at": "2026-03-02 10:00:00.000Z", "x": 123456789}}', []),
        ('{"startMS": 1772442000000, "end-ms":"1772442000000", startMS=1772442000000', []),
        (f"a{NUMBER} {NUMBER}b {'1' * 16} {'1' * 400}", []),
    ],
)
def test_numbers_in_a_text_are_found_unless_they_are_part_of_another_value(text: str, found: list[str]) -> None:
    assert run_to_end(in_text(text)) == found


def test_a_long_text_is_searched_in_steps() -> None:
    assert sum(1 for _ in in_text(f"{NUMBER},a" * 20_000)) > 20
