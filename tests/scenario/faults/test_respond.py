import pytest

from mockgms.scenario.faults.context import RawAnswer
from mockgms.scenario.faults.respond import Respond
from tests.scenario.facts import Facts
from tests.scenario.faults.recording import Recording, done_by

CONTROL_IN_TYPE = "the header Content-Type has a line break or another control character in it"


async def test_the_default_answer_is_an_empty_plain_text() -> None:
    assert await done_by(Respond()) == [("answer", RawAnswer(200, b"", "text/plain; charset=utf-8"))]


async def test_the_answer_can_be_the_page_of_a_proxy() -> None:
    page = Respond(502, {"content-type": "text/html", "Via": "1.1 proxy"}, "<h1>Bad Gateway</h1>")
    assert await done_by(page) == [
        ("answer", RawAnswer(502, b"<h1>Bad Gateway</h1>", "text/html", (("Via", "1.1 proxy"),)))
    ]


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ("${phone} at ${service}, ${now}", "+15551234 at sales, 2026-03-02T08:55:00.250Z"),
        ("$$5, $(this), ${that}, 100$", "$5, $(this), ${that}, 100$"),
        ("déjà vu", "déjà vu"),
    ],
)
async def test_placeholders_are_filled_in_from_the_request_and_other_text_stays(body: str, sent: str) -> None:
    recording = Recording(Facts("schedule", "v1", service="sales", phone="+15551234"))
    assert await done_by(Respond(body=body), recording) == [
        ("answer", RawAnswer(200, sent.encode(), "text/plain; charset=utf-8"))
    ]


async def test_a_placeholder_without_a_value_is_filled_in_with_nothing() -> None:
    recording = Recording(Facts("queues", "v1"))
    assert await done_by(Respond(body="[${phone}|${service}]"), recording) == [
        ("answer", RawAnswer(200, b"[|]", "text/plain; charset=utf-8"))
    ]


async def test_a_lone_surrogate_is_sent_as_a_question_mark() -> None:
    recording = Recording(Facts("schedule", "v1", phone="\ud800"))
    assert await done_by(Respond(body="${phone}"), recording) == [
        ("answer", RawAnswer(200, b"?", "text/plain; charset=utf-8"))
    ]


@pytest.mark.parametrize(
    ("name", "value", "mistake"),
    [
        ("", "x", "'' is not the name of a header"),
        ("Two Words", "x", "'Two Words' is not the name of a header"),
        ("X-A\n", "x", "'X-A\\n' is not the name of a header"),
        ("Content-Length", "5", "the header Content-Length is set by the server itself: leave it out"),
        ("transfer-encoding", "chunked", "the header transfer-encoding is set by the server itself: leave it out"),
        ("X-A", "1\r\nX-B: 2", "the header X-A has a line break or another control character in it"),
        ("X-A", "\0", "the header X-A has a line break or another control character in it"),
        ("X-A", "\n", "the header X-A has a line break or another control character in it"),
        ("X-A", "a\r", "the header X-A has a line break or another control character in it"),
        ("X-A", "\x7f", "the header X-A has a line break or another control character in it"),
        ("X-A", "\x85", "the header X-A has a line break or another control character in it"),
        ("Content-Type", "text/html\r\n\r\n<script>", CONTROL_IN_TYPE),
        ("X-A", "\ud83d", "the header X-A has half of a character in it (a surrogate): write the whole one"),
        ("X-B", "\udc0a", "the header X-B has half of a character in it (a surrogate): write the whole one"),
        ("Naïve", "x", "'Naïve' is not the name of a header"),
        ("X-A:", "x", "'X-A:' is not the name of a header"),
        (" X-A", "x", "' X-A' is not the name of a header"),
        ("Content-Length ", "5", "'Content-Length ' is not the name of a header"),
        ("CONNECTION", "close", "the header CONNECTION is set by the server itself: leave it out"),
        *(
            (name, "x", f"the header {name} is about the connection, which the server manages: leave it out")
            for name in ("Keep-Alive", "proxy-connection", "TE", "Trailer", "Upgrade")
        ),
        ("X-A", "é" * 8_191, "the headers have 16385 bytes: at most 16384 are sent"),
    ],
)
def test_headers_that_would_break_the_answer_are_refused(name: str, value: str, mistake: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # the whole message is compared
        Respond(headers={name: value})
    assert str(refused.value) == mistake


def test_more_than_50_headers_are_refused() -> None:
    Respond(headers={"X-A": "v" * (16 * 1_024 - 3)})
    Respond(headers={f"X-{number}": "" for number in range(50)})
    with pytest.raises(ValueError, match=r"^51 headers are too many: at most 50 are sent$"):
        Respond(headers={f"X-{number}": "" for number in range(51)})
