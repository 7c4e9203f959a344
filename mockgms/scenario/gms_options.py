"""The official GMS option names that a service takes as keys, each with the setting it stands for.

Names, values and defaults as in the vendor's documentation and QA options (documented, the throttles' verified).
GMS stores every value as text, so every value is read from text; an empty one counts as not set.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from mockgms.domain.instants import DAY, HOUR, MINUTE, SECOND, Duration
from mockgms.domain.service import TIME_BUCKETS
from mockgms.scenario.durations import LONGEST
from mockgms.scenario.opening import parse_calendar_day, parse_extra_span, parse_weekly_span
from mockgms.scenario.schema import MOST_SEATS
from mockgms.scenario.values import parse_country, parse_zone

# GMS's defaults of its throttles: what a piece is that nobody sets, and what a negative value means.
THROTTLE_LIMITS: Final = (500, 1_000)
THROTTLE_TTLS: Final = (300 * SECOND, 3_600 * SECOND)
PER_NUMBER_PER_DAY: Final = 6

_HORIZON_UNITS: Final = {"y": 366 * DAY, "M": 31 * DAY, "w": 7 * DAY, "d": DAY, "h": HOUR, "m": MINUTE}
_HORIZON = re.compile("([0-9]{1,5})([yMwdhm])")


@dataclass(frozen=True, slots=True)
class GmsOption:
    """One option: the path of the setting it stands for, and how its text is read.

    `parse` raises ValueError with a sentence. A `numbered` option may end in a number, and what all of its kind say
    adds up to one list.
    """

    setting: tuple[str, ...]
    parse: Callable[[str], Any]
    numbered: bool = False


def find(name: str) -> GmsOption | None:
    """The option of this name; None when mockgms does not act on it."""
    option = OPTIONS.get(name)
    if option is not None:
        return option
    family = OPTIONS.get(name.rstrip("0123456789"))
    return family if family is not None and family.numbered else None


def is_known(name: str) -> bool:
    """Whether GMS has an option of this name that mockgms does not act on."""
    return name in NOT_ACTED_ON or name.rstrip("0123456789") in NOT_ACTED_ON_NUMBERED


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(f"{text!r} is not true or false")
    return text.lower() == "true"


def _whole(text: str) -> int:
    if not re.fullmatch("-?[0-9]{1,12}", text):
        raise ValueError(f"{text!r} is not a whole number")
    return int(text)


def _count(text: str) -> int:
    number = _whole(text)
    if number < 0:
        raise ValueError(f"{text!r} is less than 0")
    return number


def _seconds(text: str) -> Duration:
    return _bounded(text, _count(text) * SECOND)


def _time_bucket(text: str) -> int:
    minutes = _count(text)
    if minutes not in TIME_BUCKETS:
        raise ValueError(f"{text!r} is not one of {', '.join(map(str, TIME_BUCKETS))} minutes")
    return minutes


def _seats(text: str) -> int:
    seats = _count(text)
    if not 0 < seats <= MOST_SEATS:
        raise ValueError(f"{text!r} is not a number from 1 to {MOST_SEATS}")
    return seats


def _horizon(text: str) -> Duration:
    match = _HORIZON.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a number and a unit such as 1M: y, M, w, d, h or m")
    return _bounded(text, int(match[1]) * _HORIZON_UNITS[match[2]])


def _bounded(text: str, duration: Duration) -> Duration:
    if duration > LONGEST:
        raise ValueError(f"{text!r} is longer than a hundred years")
    return duration


def _in_queue(text: str) -> bool | str:
    return text if text == "strict" else _boolean(text)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _or_default(parse: Callable[[str], int], default: int) -> Callable[[str], int]:
    """A throttle's value: a negative one is the default of GMS."""
    return lambda text: default if _whole(text) < 0 else parse(text)


_PER_DAY = GmsOption(("per_number_per_day",), _or_default(_count, PER_NUMBER_PER_DAY))

OPTIONS: Final = {
    "_timezone": GmsOption(("timezone",), parse_zone),
    "_request_time_bucket": GmsOption(("time_bucket",), _time_bucket),
    "_max_request_by_time_bucket": GmsOption(("capacity",), _seats),
    "_bh_regular": GmsOption(("office_hours",), parse_weekly_span, numbered=True),
    "_bh_add": GmsOption(("extra_hours",), parse_extra_span, numbered=True),
    "_holiday": GmsOption(("holidays",), parse_calendar_day, numbered=True),
    "_reject_future_desired_time": GmsOption(("horizon",), _horizon),
    "_request_execution_time_buffer": GmsOption(("execution_buffer",), _seconds),
    "_enable_reject_out_of_office_hours": GmsOption(("refuse_immediate_when_closed",), _boolean),
    "_max_queued_callbacks_per_service": GmsOption(("max_queued",), _count),
    "_throttle_callbacks_per_service_1": GmsOption(("throttle", "1", "limit"), _or_default(_count, THROTTLE_LIMITS[0])),
    "_throttle_callbacks_per_service_2": GmsOption(("throttle", "2", "limit"), _or_default(_count, THROTTLE_LIMITS[1])),
    "_throttle_ttl_1": GmsOption(("throttle", "1", "per"), _or_default(_seconds, THROTTLE_TTLS[0])),
    "_throttle_ttl_2": GmsOption(("throttle", "2", "per"), _or_default(_seconds, THROTTLE_TTLS[1])),
    "_throttle_request_parameters_limit": _PER_DAY,
    "_throttle_customer_number_limit": _PER_DAY,  # its name before 8.5.110
    "_enable_in_queue_checking": GmsOption(("in_queue_check",), _in_queue),
    "_default_country": GmsOption(("numbers", "country"), parse_country),
    "_disallow_impossible_phone_numbers": GmsOption(("numbers", "refuse_impossible"), _boolean),
    "_disallow_premium_phone_numbers": GmsOption(("numbers", "refuse_premium"), _boolean),
    "_customer_lookup_keys": GmsOption(("lookup_keys",), _names),
}

NOT_ACTED_ON: Final = frozenset(
    {
        "_business_hours_service", "_call_direction", "_callback_events_list", "_capacity", "_capacity_add",
        "_capacity_service", "_desired_connect_time_threshold", "_dial_retry_timeout", "_enable_status_notification",
        "_enable_throttle_header_parameters", "_mandatory_customer_lookup_keys", "_max_capacity", "_max_dial_attempts",
        "_max_ors_submit_attempts", "_media_type", "_ors", "_overwritable_options", "_paused_services_id",
        "_paused_services_list", "_provide_code", "_queue_ping_ors_period", "_queue_poll_period",
        "_queue_poll_period_recovery", "_redirect", "_reject_past_desired_time", "_request_ewt_service",
        "_request_queue_time_stat", "_resource_group", "_service", "_status_notification_target",
        "_status_notification_type", "_target", "_throttle_request_parameters", "_ttl", "_type", "_urs_queued_ttl",
        "_urs_virtual_queue", "_urs_vq_priority", "_urs_vq_priority_increment", "_userterminated_first_connect_party",
        "_vq", "_wait_for_agent", "_wait_for_user_confirm",
    }
)  # fmt: skip
NOT_ACTED_ON_NUMBERED: Final = ("_capacity_", "_effective_dates", "_use_alternative", "_include")
