"""Configuration exports of GMS become scenarios."""

import json

import pytest

from mockgms.domain.capacity import Capacity
from mockgms.domain.hours import CalendarDay, OfficeHours, WeeklySpan
from mockgms.domain.instants import MINUTE, SECOND
from mockgms.domain.service import NumberChecks, Service, ThrottleWindow
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.option_export import ImportedScenario, InvalidExport, import_options
from tests.messages import NOT_A_SLOT_LENGTH

LINES = """\
# An export.
callback/max_queued_callbacks_per_service = 7
callback/filter-keys = _service_type
callback/queue-polling-rate = 60
log/verbose = all
server/port = 8080

service.sales/_type = ors
service.sales/_service = callback
service.sales/_business_hours_service = hours
service.sales/_request_time_bucket = 30
service.sales/_max_request_by_time_bucket = "10"
service.sales/_throttle_ttl_1 = -1
service.sales/_throttle_callbacks_per_service_1 = 3
service.sales/_default_country = FR
service.sales/_disallow_premium_phone_numbers = true
service.sales/_ttl =
service.hours/_service = office-hours
service.hours/_bh_regular1 = Mon-Fri 08:00-20:00
service.hours/_bh_regular2 = Sat 9:00-12:00
service.hours/_holiday1 = 2026-12-25
service.hours/_timezone = Europe/Paris
"""

TEXT = """\
description: "Imported from export.properties."
# What is not set here has the default of mockgms. To have those of GMS: extends: gms-defaults
services:
  "*":
    _max_queued_callbacks_per_service: "7"
    filter-keys: "_service_type"
  "sales":
    _bh_regular1: "Mon-Fri 08:00-20:00"
    _bh_regular2: "Sat 9:00-12:00"
    _holiday1: "2026-12-25"
    _timezone: "Europe/Paris"
    _request_time_bucket: "30"
    _max_request_by_time_bucket: "10"
    _throttle_ttl_1: "-1"
    _throttle_callbacks_per_service_1: "3"
    _default_country: "FR"
    _disallow_premium_phone_numbers: "true"
  "hours":
    _bh_regular1: "Mon-Fri 08:00-20:00"
    _bh_regular2: "Sat 9:00-12:00"
    _holiday1: "2026-12-25"
    _timezone: "Europe/Paris"
"""

NOTES = (
    "2 sections belong to no service: log, server",
    "4 options have no effect in mockgms: queue-polling-rate, _type, _service, _ttl",
)


def nested() -> str:
    """The same export as JSON, an object of sections."""
    sections: dict[str, dict[str, str]] = {}
    for key, value in flat().items():
        section, _, option = key.partition("/")
        sections.setdefault(section, {})[option] = value
    return json.dumps(sections)


def flat() -> dict[str, str]:
    pairs = (line.split(" = ") if " = " in line else (line[:-2], "") for line in LINES.splitlines() if "/" in line)
    return {key: value.strip('"') for key, value in pairs}


def with_headers() -> str:
    """The same export with lines that begin a section."""
    lines, current = ["; An export.", "! Another comment."], ""
    for key, value in flat().items():
        section, _, option = key.partition("/")
        if section != current:
            lines.append(f"[{section}]")
            current = section
        lines.append(f"{option}={value}")
    return "\n".join(lines)


@pytest.mark.parametrize(
    "export", [LINES, nested(), json.dumps(flat()), with_headers()], ids=["lines", "JSON", "flat JSON", "headers"]
)
def test_every_form_of_an_export_gives_the_same_scenario(export: str) -> None:
    assert import_options(export, "export.properties") == ImportedScenario(TEXT, NOTES)


def test_the_scenario_has_the_settings_of_the_options() -> None:
    scenario = Catalog([]).parse(import_options(LINES, "export.properties").text)
    hours = OfficeHours(
        (WeeklySpan(frozenset(range(5)), 480, 1_200), WeeklySpan(frozenset({5}), 540, 720)),
        holidays=(CalendarDay(12, 25, 2026),),
    )
    sales = scenario.services["sales"]
    assert scenario.warnings == ()
    assert (sales.timezone.key, sales.hours, sales.time_bucket) == ("Europe/Paris", hours, 30)
    assert (sales.capacity, sales.max_queued, sales.filter_keys) == (Capacity(10), 7, ("_service_type",))
    assert sales.throttles == (ThrottleWindow(3, 5 * MINUTE),)
    assert sales.numbers == NumberChecks("FR", refuse_premium=True)
    assert scenario.services["hours"].hours == hours
    assert sales.past_tolerance == 300 * SECOND


def test_json_may_have_numbers_truth_values_and_null() -> None:
    export = '{"service.a": {"_request_time_bucket": 30, "_enable_in_queue_checking": true, "_timezone": null}}'
    assert Catalog([]).parse(import_options(export, "x").text).services == {
        "a": Service("a", time_bucket=30, max_in_queue=2)
    }


def test_a_service_whose_options_have_no_effect_is_imported() -> None:
    imported = import_options("service.a/_xyz = 1", "x")
    assert Catalog([]).parse(imported.text).services == {"a": Service("a")}
    assert imported.notes == ("1 option has no effect in mockgms: _xyz",)


def test_the_hours_of_a_service_take_precedence_over_those_of_its_hours_service() -> None:
    export = "service.a/_business_hours_service=service.b\nservice.a/_timezone=UTC\nservice.b/_timezone=Asia/Tokyo"
    services = Catalog([]).parse(import_options(export, "x").text).services
    assert [services[name].timezone.key for name in ("a", "b")] == ["UTC", "Asia/Tokyo"]


def test_an_hours_service_that_the_export_lacks_is_named() -> None:
    assert import_options("service.a/_business_hours_service = b", "x").notes == (
        "service.a takes its hours from b, which the export does not have",
    )


def test_of_two_names_of_one_option_the_first_counts() -> None:
    export = "service.a/_throttle_customer_number_limit=2\nservice.a/_throttle_request_parameters_limit=3"
    imported = import_options(export, "x")
    assert Catalog([]).parse(imported.text).services == {"a": Service("a", per_number_per_day=2)}
    assert imported.notes == ("1 option has no effect in mockgms: _throttle_request_parameters_limit",)


@pytest.mark.parametrize(
    ("export", "mistakes"),
    [
        ("", ("has no section service.NAME: export the sections of the services too",)),
        ("service./_a = 1", ("has no section service.NAME: export the sections of the services too",)),
        ("service.a/_b = 1\nhello", ("line 2: is not `section/option = value`",)),
        ("_b = 1", ("line 1: has no section; write `section/option = value`",)),
        ('{"_b": 1}', ("_b: has no section; write `section/option`",)),
        ('{"service.a": {"_b": [1]}}', ("service.a/_b: must be text, not a list or an object",)),
        ("{", ("is not JSON: Input data was truncated",)),
        (
            "service.a/_request_time_bucket = 7\ncallback/max_queued_callbacks_per_service = x",
            (
                "callback/max_queued_callbacks_per_service: 'x' is not a whole number",
                f"service.a/_request_time_bucket: '7' {NOT_A_SLOT_LENGTH}",
            ),
        ),
    ],
)
def test_each_mistake_in_an_export_is_named_with_its_place(export: str, mistakes: tuple[str, ...]) -> None:
    with pytest.raises(InvalidExport) as invalid:
        import_options(export, "x")
    assert invalid.value.mistakes == mistakes
