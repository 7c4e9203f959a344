import pytest

from mockgms.domain.quoting import quoted, shortened


@pytest.mark.parametrize(
    ("text", "in_quotes", "short"),
    [
        ("slot", "'slot'", "slot"),
        ("x" * 100, f"'{'x' * 100}'", "x" * 100),
        ("x" * 101, f"'{'x' * 100}'...", f"{'x' * 100}..."),
        ("a\n", "'a\\n'", "a\n"),
    ],
)
def test_messages_show_the_first_hundred_characters_of_a_text(text: str, in_quotes: str, short: str) -> None:
    assert (quoted(text), shortened(text)) == (in_quotes, short)
