"""Services with many hours: each list has a limit, and a year of slots is computed quickly up to it."""

from time import process_time

import pytest

from mockgms.domain.calendar import AvailabilityQuery, Calendar
from mockgms.domain.instants import DAY, parse_instant
from mockgms.domain.overview import overview
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.mistakes import ScenarioMistakes

MAX = 1_000
NOW = parse_instant("2026-03-02T08:55:00Z")


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def hours(turn: int) -> str:
    return f"{clock(2 * turn % 1438)}-{clock(2 * turn % 1438 + 1)}"


ENTRIES = {
    "capacity": lambda turn: f"{{hours: 'Mon-Sun {hours(turn)}', seats: {turn % 9}}}",
    "office_hours": lambda turn: f"'Mon-Sun {hours(turn)}'",
    "extra_hours": lambda turn: f"'{1 + turn % 12:02}-{1 + turn % 28:02} {hours(turn)}'",
    "holidays": lambda turn: f"'{2030 + turn // 336}-{1 + turn % 12:02}-{1 + turn // 12 % 28:02}'",
}
OPTIONS = {"_bh_regular": "office_hours", "_bh_add": "extra_hours", "_holiday": "holidays"}


def many(key: str, count: int) -> str:
    return f"{key}: [{', '.join(map(ENTRIES[key], range(count)))}]"


def options(name: str, count: int) -> str:
    return ", ".join(f"{name}{turn}: {ENTRIES[OPTIONS[name]](turn)}" for turn in range(count))


def scenario(settings: str) -> str:
    return f"description: x\nservices:\n  sales: {{time_bucket: 5, {settings}}}"


def mistakes(settings: str) -> list[str]:
    with pytest.raises(ScenarioMistakes) as caught:
        Catalog().parse(scenario(settings))
    return [mistake.message for mistake in caught.value.mistakes]


@pytest.mark.parametrize("key", ENTRIES)
def test_a_list_of_hours_has_at_most_1000_entries(key: str) -> None:
    Catalog().parse(scenario(many(key, MAX)))
    assert mistakes(many(key, MAX + 1)) == [f"`{key}` takes at most {MAX} entries"]


@pytest.mark.parametrize("name", OPTIONS)
def test_a_service_has_at_most_1000_options_of_one_kind_of_hours(name: str) -> None:
    Catalog().parse(scenario(options(name, MAX)))
    refused = [f"`{name}{MAX}` exceeds the limit: a service takes at most {MAX} of them"]
    assert mistakes(options(name, MAX + 100)) == refused


@pytest.mark.slow
@pytest.mark.parametrize("settings", [many(key, MAX) for key in ENTRIES], ids=list(ENTRIES))
@pytest.mark.unmeasured
def test_a_year_of_slots_takes_less_than_ten_seconds_with_1000_entries(settings: str) -> None:
    service = Catalog().parse(scenario(settings)).services["sales"]
    calendar, end = Calendar(service), NOW + 366 * DAY
    started = process_time()
    calendar.availability(AvailabilityQuery(service, NOW, end, include_full=True), NOW)
    assert len(list(overview(service, calendar, NOW, end, NOW))) == 366 * 288
    assert process_time() - started < 10  # without tables by day, some take a minute
