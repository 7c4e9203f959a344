import pytest

from mockgms.scenario.faults.exchange import Answer
from mockgms.scenario.faults.respond import Respond
from tests.scenario.facts import Facts
from tests.scenario.faults.recording import Recording, done_by


async def test_by_itself_it_answers_with_nothing_as_plain_text() -> None:
    assert await done_by(Respond()) == [("answer", Answer(200, b"", "text/plain; charset=utf-8"))]


async def test_it_answers_with_the_page_of_a_proxy() -> None:
    page = Respond(502, {"content-type": "text/html", "Via": "1.1 proxy"}, "<h1>Bad Gateway</h1>")
    assert await done_by(page) == [
        ("answer", Answer(502, b"<h1>Bad Gateway</h1>", "text/html", (("Via", "1.1 proxy"),)))
    ]


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ("${phone} at ${service}, ${now}", "+15551234 at sales, 2026-03-02T08:55:00.250Z"),
        ("$$5, $(this), ${that}, 100$", "$5, $(this), ${that}, 100$"),
        ("déjà vu", "déjà vu"),
    ],
)
async def test_what_it_knows_of_the_request_is_filled_in_and_all_else_stays(body: str, sent: str) -> None:
    recording = Recording(Facts("schedule", "v1", service="sales", phone="+15551234"))
    assert await done_by(Respond(body=body), recording) == [
        ("answer", Answer(200, sent.encode(), "text/plain; charset=utf-8"))
    ]


async def test_what_the_request_does_not_say_is_filled_in_as_nothing() -> None:
    recording = Recording(Facts("queues", "v1"))
    assert await done_by(Respond(body="[${phone}|${service}]"), recording) == [
        ("answer", Answer(200, b"[|]", "text/plain; charset=utf-8"))
    ]


async def test_text_that_is_no_unicode_does_not_break_it() -> None:
    recording = Recording(Facts("schedule", "v1", phone="\ud800"))
    assert await done_by(Respond(body="${phone}"), recording) == [
        ("answer", Answer(200, b"?", "text/plain; charset=utf-8"))
    ]


@pytest.mark.parametrize(
    ("name", "value", "mistake"),
    [
        ("", "x", "'' is not the name of a header"),
        ("Two Words", "x", "'Two Words' is not the name of a header"),
        ("X-A\n", "x", "'X-A\\n' is not the name of a header"),
        ("Content-Length", "5", "the header Content-Length is set by the server itself"),
        ("transfer-encoding", "chunked", "the header transfer-encoding is set by the server itself"),
        ("X-A", "1\r\nX-B: 2", "the header X-A has a line break or another control character in it"),
        ("X-A", "\0", "the header X-A has a line break or another control character in it"),
    ],
)
def test_headers_that_would_break_the_answer_are_refused(name: str, value: str, mistake: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # the whole message is compared
        Respond(headers={name: value})
    assert str(refused.value) == mistake
