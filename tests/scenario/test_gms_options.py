"""GMS's own option names as keys of a service."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import mockgms
from mockgms.domain.capacity import Capacity
from mockgms.domain.hours import CalendarDay, ExtraSpan, OfficeHours, WeeklySpan
from mockgms.domain.instants import DAY, HOUR, MINUTE, SECOND, Duration
from mockgms.domain.service import NumberChecks, Service, ThrottleWindow
from mockgms.scenario.declarations import keys_of
from mockgms.scenario.gms_options import OPTIONS
from mockgms.scenario.model import Scenario
from tests.messages import NOT_WEEKLY_HOURS, TOO_LONG
from tests.scenario.conftest import warnings_of

Parse = Callable[[str], Scenario]
Serve = Callable[[str], Service]
Mistaken = Callable[[str], list[str]]

PASTED = """\
    _timezone: Europe/Paris
    _request_time_bucket: "30"
    _max_request_by_time_bucket: 10
    _bh_regular1: Mon-Fri 08:00-20:00
    _bh_regular2: "Sat 9:00-12:00"
    _bh_add1: 2026-12-24 09:00-12:00
    _bh_add2: ""
    _holiday1: 2020-07-15
    _holiday: 01-01
    _reject_future_desired_time: 1M
    _request_execution_time_buffer: "180"
    _enable_reject_out_of_office_hours: "true"
    _max_queued_callbacks_per_service: "1000"
    _throttle_request_parameters_limit: "4"
    _enable_in_queue_checking: "true"
    _default_country: US
    _disallow_impossible_phone_numbers: true
    _disallow_premium_phone_numbers: "True"
    _customer_lookup_keys: _customer_number, CB_ID
    filter-keys: _callback_state, _vq
    returned-keys: _ors_session_id
"""

OURS = """\
    timezone: Europe/Paris
    time_bucket: 30
    capacity: 10
    office_hours: [Mon-Fri 08:00-20:00, Sat 9:00-12:00]
    extra_hours: [2026-12-24 09:00-12:00]
    holidays: [2020-07-15, 01-01]
    horizon: 31d
    execution_buffer: 180s
    refuse_immediate_when_closed: true
    max_queued: 1000
    per_number_per_day: 4
    in_queue_check: true
    numbers: {country: US, refuse_impossible: true, refuse_premium: true}
    lookup_keys: [_customer_number, CB_ID]
    filter_keys: [_callback_state, _vq]
    returned_keys: [_ors_session_id]
"""


@pytest.mark.parametrize(("seconds", "tolerance"), [("0", 0), ("600", 10 * MINUTE), ("999999999999", 36_600 * DAY)])
def test_the_tolerance_for_past_times_is_in_seconds(serve: Serve, seconds: str, tolerance: Duration) -> None:
    assert serve(f'    _reject_past_desired_time: "{seconds}"\n').past_tolerance == tolerance


def test_a_section_of_a_real_configuration_means_the_same_as_our_keys(serve: Serve) -> None:
    assert serve(PASTED) == serve(OURS)


def test_an_option_sets_the_same_as_our_key(serve: Serve) -> None:
    assert serve("_bh_regular3: Mon 09:00-24:00").hours == OfficeHours((WeeklySpan(frozenset({0}), 540, 1440),))
    assert serve("_bh_add: 12-24 09:00-12:00").hours.extra == (ExtraSpan(CalendarDay(12, 24), 540, 720),)
    assert serve("_max_request_by_time_bucket: '100'").capacity == Capacity(100)
    assert serve("_enable_in_queue_checking: strict").max_in_queue == 1
    assert serve("_enable_in_queue_checking: 'false'").max_in_queue is None
    assert serve("_throttle_customer_number_limit: 3").per_number_per_day == 3


@pytest.mark.parametrize(
    ("text", "horizon"),
    [("1y", 366 * DAY), ("2M", 62 * DAY), ("1w", 7 * DAY), ("3d", 3 * DAY), ("5h", 5 * HOUR), ("90m", 90 * MINUTE)],
)
def test_the_horizon_has_the_units_of_gms(text: str, horizon: Duration, serve: Serve) -> None:
    assert serve(f"_reject_future_desired_time: {text}").horizon == horizon


@pytest.mark.parametrize("nothing", ["''", "' '", "null", ""])
def test_an_empty_value_counts_as_not_set(nothing: str, parse: Parse) -> None:
    scenario = parse(f"""\
        services:
          "*": {{_default_country: FR, _max_request_by_time_bucket: 7}}
          sales:
            _default_country: {nothing}
            _max_request_by_time_bucket: {nothing}
    """)
    assert scenario.services["sales"].numbers == NumberChecks("FR")
    assert scenario.services["sales"].capacity == Capacity(7)


@pytest.mark.parametrize(
    ("common", "own", "expected"),
    [
        ("", "", ()),
        ("", "_throttle_callbacks_per_service_1: '2'", (ThrottleWindow(2, 300 * SECOND),)),
        ("", "_throttle_ttl_2: '60'", (ThrottleWindow(1_000, 60 * SECOND),)),
        ("", "_throttle_callbacks_per_service_1: '-1'", (ThrottleWindow(500, 300 * SECOND),)),
        ("_throttle_callbacks_per_service_2: 7", "_throttle_ttl_2: 9", (ThrottleWindow(7, 9 * SECOND),)),
        ("_throttle_callbacks_per_service_2: 7", "_throttle_callbacks_per_service_2: ''", (ThrottleWindow(7, HOUR),)),
        (
            "_throttle_callbacks_per_service_2: 7",
            "_throttle_callbacks_per_service_2: -1",
            (ThrottleWindow(1_000, HOUR),),
        ),
        ("_throttle_ttl_1: 7", "_throttle_ttl_1: -5", (ThrottleWindow(500, 300 * SECOND),)),
        ("_throttle_ttl_1: 7", "_throttle_ttl_1: 0", (ThrottleWindow(500, 0),)),
        ("", "_throttle_callbacks_per_service_1: 0", (ThrottleWindow(0, 300 * SECOND),)),
        ("throttle: [{limit: 1, per: 1m}]", "_throttle_ttl_1: 5", (ThrottleWindow(1, 5 * SECOND),)),
        ("_throttle_ttl_2: 5", "throttle: [{limit: 1, per: 1m}]", (ThrottleWindow(1, MINUTE),)),
    ],
)
def test_each_part_of_a_throttle_is_inherited_separately(
    common: str, own: str, expected: tuple[ThrottleWindow, ...], parse: Parse
) -> None:
    scenario = parse(f"services:\n  '*':\n    {common}\n  sales:\n    {own}\n")
    assert scenario.services["sales"].throttles == expected


@pytest.mark.parametrize(("value", "limit"), [("-1", 6), ("0", 0), ("3", 3), ("''", 2)])
def test_a_negative_limit_per_number_is_the_default_of_gms(value: str, limit: int, parse: Parse) -> None:
    scenario = parse(f"""\
        services:
          "*": {{_throttle_request_parameters_limit: 2}}
          sales: {{_throttle_request_parameters_limit: {value}}}
    """)
    assert scenario.services["sales"].per_number_per_day == limit


@pytest.mark.parametrize(
    ("setting", "mistake"),
    [
        (
            "_request_time_bucket: '7'",
            "27: `_request_time_bucket`: '7' is not one of 5, 10, 15, 20, 30, 60, 120 minutes",
        ),
        ("_request_time_bucket: x", "27: `_request_time_bucket`: 'x' is not a whole number"),
        ("_request_time_bucket: 1.5", "27: `_request_time_bucket` takes text, or a number, true or false"),
        ("_request_time_bucket: [5]", "27: `_request_time_bucket` takes text, or a number, true or false"),
        ("_request_time_bucket: -5", "27: `_request_time_bucket`: '-5' is less than 0"),
        ("_max_request_by_time_bucket: 0", "34: `_max_request_by_time_bucket`: '0' is not a number from 1 to 1000000"),
        (
            "_throttle_ttl_1: 9999999999",
            f"22: `_throttle_ttl_1`: '9999999999' {TOO_LONG}",
        ),
        (
            "_reject_future_desired_time: 101y",
            f"34: `_reject_future_desired_time`: '101y' {TOO_LONG}",
        ),
        ("_bh_regular1: 9-5", f"19: `_bh_regular1`: '9-5' {NOT_WEEKLY_HOURS}"),
        ("_enable_in_queue_checking: no", "32: `_enable_in_queue_checking`: 'no' is not true or false"),
        (
            "_reject_future_desired_time: 1 month",
            "34: `_reject_future_desired_time`: '1 month' is not a number and a unit such as 1M: y, M, w, d, h or m",
        ),
    ],
)
def test_an_invalid_value_of_an_option_is_a_mistake(setting: str, mistake: str, mistaken: Mistaken) -> None:
    assert mistaken(f"services:\n  sales:\n    {setting}") == [f"text:4:{mistake}"]


def test_an_option_and_a_key_cannot_set_the_same_thing(mistaken: Mistaken) -> None:
    text = """\
        services:
          sales:
            _bh_regular1: Mon 09:00-10:00
            office_hours: [Mon 09:00-10:00]
            _request_time_bucket: 5
            time_bucket: 5
            numbers: {country: US}
            _default_country: US
            _disallow_premium_phone_numbers: true
            throttle: []
            _throttle_ttl_2: 5
            _throttle_customer_number_limit: 5
            _throttle_request_parameters_limit: 5
    """
    same = "set the same thing: keep one of them"
    assert mistaken(text) == [
        f"text:4:5: `_bh_regular1` and `office_hours` {same}",
        f"text:6:5: `_request_time_bucket` and `time_bucket` {same}",
        f"text:9:5: `_default_country` and `numbers` {same}",
        f"text:12:5: `_throttle_ttl_2` and `throttle` {same}",
        f"text:14:5: `_throttle_request_parameters_limit` and `_throttle_customer_number_limit` {same}",
    ]


def test_options_without_effect_are_one_warning_for_the_file(parse: Parse) -> None:
    scenario = parse("""services:
  sales:
    _ttl: 86400
    _capacity_1: '{}'
  support:
    _ttl: ""
    _anything at all: [1, {a: b}]
    _timezone: UTC
""")
    assert scenario.services == {"sales": Service("sales"), "support": Service("support")}
    assert warnings_of(scenario) == (
        "text:4:5: 3 options of GMS that mockgms does not act on: `_anything at all`, `_capacity_1`, `_ttl`",
    )


def test_a_single_option_without_effect_is_named_in_the_warning(parse: Parse) -> None:
    assert warnings_of(parse("services:\n  sales: {_request_time_buket: 5}")) == (
        "text:3:11: 1 option of GMS that mockgms does not act on: `_request_time_buket`",
    )


def test_a_warning_about_options_names_at_most_200(parse: Parse) -> None:
    options = "".join(f"    _option{number:03}: x\n" for number in range(201))
    named = ", ".join(f"`_option{number:03}`" for number in range(200))
    assert warnings_of(parse(f"services:\n  sales:\n{options}")) == (
        f"text:4:5: 201 options of GMS that mockgms does not act on: {named} and 1 more",
    )


def test_the_documentation_lists_the_options_with_an_effect() -> None:
    _, _, section = (
        (Path(mockgms.__file__).parent.parent / "docs/explanation/fidelity.md")
        .read_text()
        .partition("## Options of GMS\n")
    )
    acting = re.findall("`([^`]+)`", section.partition("Not acted on")[0])
    assert sorted(acting) == sorted(OPTIONS)


def test_no_two_fields_name_the_same_option() -> None:
    fields = [*keys_of(Service).values(), *keys_of(NumberChecks).values()]
    named = [option.name for field in fields for option in field.options]
    assert sorted(named) == sorted(OPTIONS)
