import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgms.domain.instants import parse_instant
from mockgms.session.verification.retry_after import waiting_ends

NOW = parse_instant("2026-03-02T09:00:00.000Z")


@pytest.mark.parametrize(
    ("header", "until"),
    [
        ("30", NOW + 30_000),
        (" 0 ", NOW),
        ("Mon, 02 Mar 2026 09:00:30 GMT", NOW + 30_000),
        ("Mon, 02 Mar 2026 09:00:30 -0000", NOW + 30_000),
        ("Mon, 02 Mar 2026 10:00:30 +0100", NOW + 30_000),
        ("soon", None),
        ("-5", None),
        ("²", None),
        ("9" * 13, None),
        ("", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date(header: str, until: int | None) -> None:
    assert waiting_ends(header, NOW) == until


@given(st.text() | st.text("0123456789 :,+-GMTMonMar"))
def test_any_other_text_raises_no_error(header: str) -> None:
    assert isinstance(waiting_ends(header, NOW), int | None)
