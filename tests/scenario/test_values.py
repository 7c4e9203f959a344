"""Time zones, shares and countries as text."""

from zoneinfo import ZoneInfo

import pytest

from mockgms.scenario.text_forms import parse_country, parse_share, parse_zone, render_share


def test_a_zone_is_found_by_its_name() -> None:
    assert parse_zone("Europe/Paris") == ZoneInfo("Europe/Paris")


@pytest.mark.parametrize("text", ["", "Europe", "../etc/passwd", "x" * 300, "Mars/Base", "a\0b"])
def test_a_text_that_is_not_a_zone_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time zone such as Europe/Paris"):
        parse_zone(text)


@pytest.mark.parametrize("text", ["+01:00", "-0530", "GMT+1", "utc-8", "Z"])
def test_an_offset_is_refused_as_a_time_zone(text: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # the whole sentence is below
        parse_zone(text)
    assert str(refused.value) == f"{text!r} is an offset, not a time zone: write a name such as Europe/Paris"


def test_no_zone_is_suggested_for_a_name_of_another_system() -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # the whole sentence is below
        parse_zone("W. Europe Standard Time")
    assert str(refused.value) == "'W. Europe Standard Time' is not a time zone such as Europe/Paris"


def test_the_nearest_zone_is_suggested() -> None:
    with pytest.raises(ValueError, match="did you mean `Europe/Berlin`"):
        parse_zone("Europe/Berlim")


@pytest.mark.parametrize(("text", "share"), [("0%", 0.0), ("80%", 0.8), ("12.5 %", 0.125), ("100%", 1.0)])
def test_a_share_is_read_as_a_part_of_one(text: str, share: float) -> None:
    assert parse_share(text) == share


@pytest.mark.parametrize("text", ["0%", "80%", "12.5%", "28%", "0.01%", "100%"])
def test_a_share_is_rendered_as_it_is_read(text: str) -> None:
    assert render_share(parse_share(text)) == text


@pytest.mark.parametrize("text", ["", "80", "0.8", "101%", "-1%", "%"])
def test_a_text_that_is_not_a_share_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a share from 0% to 100%"):
        parse_share(text)


def test_a_country_is_two_letters_of_any_case() -> None:
    assert parse_country("NO") == "NO"
    assert parse_country("us") == "US"


@pytest.mark.parametrize("text", ["", "U", "USA", "+1", "éé"])
def test_a_text_that_is_not_a_country_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a country code of two letters such as US"):
        parse_country(text)
