"""Why no request meets some conditions."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from mockgms.domain.hours import WeeklySpan, week_minutes
from mockgms.domain.lazy_regex import lazy_regex
from mockgms.scenario.condition import Condition, ConditionsByKind
from mockgms.scenario.conditions import (
    ApiKeyCondition,
    HeaderCondition,
    PhoneCondition,
    ServiceCondition,
    UserDataCondition,
)
from mockgms.scenario.model import Scenario
from mockgms.scenario.patterns import Pattern
from mockgms.scenario.session_conditions import SlotCondition
from mockgms.scenario.usual_requests import Routes, matching_names, required_by, routes_of, sends

_MAX_COMPARED: Final = 100_000  # names of services with patterns: 0.1 s
_CLASS: Final = lazy_regex(r"\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^]\\])*\]")  # a set of characters in a regular expression
_REMOVED: Final = lazy_regex(r"(?:(?<!\\)[ -]|\\[-s ().]|tel:)(?![?*{])")  # what numbers are compared without
_OPTIONAL: Final = lazy_regex(r"(?<!\\)[|(]|\\Q")  # alternatives, and groups, of which parts can be missing; literals
_HEADER_NAME: Final = lazy_regex(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SPACE: Final = lazy_regex(r"\A[ \t]|[ \t]\Z")
_CONTROL: Final = lazy_regex(r"[\x00-\x08\x0a-\x1f\x7f]")
_GLOB_SET: Final = lazy_regex(r"\[!?\]?[^]]*\]")


class Unmet(NamedTuple):
    """Why no request meets some conditions, as a clause. If `is_usual`, it is true of usual clients only."""

    reason: str
    is_usual: bool = False

    def sentence(self, consequence: str, end: str = "") -> str:
        """Return the consequence with this reason."""
        return f"{consequence}{' for usual clients' if self.is_usual else ''}: {self.reason}{end}"


class AllServices:
    """What the services of a scenario allow, taken together."""

    def __init__(self, scenario: Scenario) -> None:
        self._listed = scenario.services
        self._compared = 0  # names with patterns
        self._services = [*scenario.services.values(), *([scenario.fallback] if scenario.fallback else [])]

    @cached_property
    def zones(self) -> set[ZoneInfo]:
        """The time zones."""
        return {service.timezone for service in self._services}

    def may_list(self, patterns: Iterable[Pattern]) -> bool:
        """Return whether a listed service matches a pattern. With too many to compare, return True."""
        for pattern in patterns:
            if pattern.is_literal:
                if pattern.written in self._listed:
                    return True
                continue
            self._compared += len(self._listed)
            if self._compared > _MAX_COMPARED or any(map(pattern.fits, self._listed)):
                return True
        return False

    @cached_property
    def most_seats(self) -> int:
        """The highest number of seats of a slot."""
        return max((service.capacity.most for service in self._services), default=0)

    @cached_property
    def open_minutes(self) -> int | None:
        """The minutes of the week at which a service is open, or None if some have hours on single dates."""
        if any(service.hours.extra for service in self._services):
            return None
        return week_minutes({span for service in self._services for span in service.hours.regular})

    def is_open(self, span: WeeklySpan) -> bool:
        """Return whether a service can be open in weekly hours."""
        return self.open_minutes is None or bool(self.open_minutes & week_minutes([span]))


def why_unmet(conditions: ConditionsByKind, scenario: Scenario, services: AllServices) -> Iterator[Unmet]:
    """Yield why no request meets the conditions."""
    routes = routes_of(conditions)
    if not routes:
        versions, operations = matching_names(conditions)
        yield Unmet(f"{alternatives(versions)} has no operation {alternatives(operations)}")
    for data in required_by(conditions.values()):
        if not sends(data, routes):
            yield not_sent(data, routes)
    yield from _about_service(conditions.get(ServiceCondition), scenario, services)
    yield from _about_key(conditions.get(ApiKeyCondition), scenario)
    yield from _about_phone(conditions.get(PhoneCondition))
    yield from _about_header(conditions.get(HeaderCondition))
    yield from _about_user_data(conditions.get(UserDataCondition))
    yield from _about_slot(conditions.get(SlotCondition), services)


def not_sent(data: str, routes: Routes) -> Unmet:
    """Return the reason that usual clients do not send these data with any of the routes."""
    return Unmet(f"they send no {data} with {operations_text(routes)}", is_usual=True)


def _about_service(condition: Condition | None, scenario: Scenario, services: AllServices) -> Iterator[Unmet]:
    if condition is None or scenario.fallback is not None:
        return
    if not services.may_list(condition.patterns()):
        yield Unmet(
            "they ask for no service that its `service` matches, because the scenario lists none", is_usual=True
        )


def _about_key(condition: Condition | None, scenario: Scenario) -> Iterator[Unmet]:
    if condition is None:
        return
    yield from _about_header_value("api_key", condition.patterns())
    keys = scenario.auth.api_keys
    if not keys or scenario.auth.basic is not None:
        return
    if not any(pattern.fits(key) for pattern in condition.patterns() for key in keys):
        yield Unmet("`auth` accepts none of the keys of its condition `api_key`")


def _about_phone(condition: Condition | None) -> Iterator[Unmet]:
    removed = [] if condition is None else [*map(_removed_text, condition.patterns())]
    if removed and all(removed):
        yield Unmet(f"phone numbers are compared without {removed[0]}, but the pattern of its `phone` has one")


def _removed_text(pattern: Pattern) -> str | None:
    """Return what a pattern for numbers requires although numbers are compared without it, or None."""
    if not pattern.is_regex:
        return "`tel:`" if pattern.written.lower().startswith("tel:") else None
    found = None if _OPTIONAL.search(pattern.written) else _REMOVED.search(_CLASS.sub("_", pattern.written))
    if found is None:
        return None
    return {":": "`tel:`", " ": "spaces", "s": "spaces", "-": "dashes", ".": "dots"}.get(found[0][-1], "brackets")


def _about_header(condition: Condition | None) -> Iterator[Unmet]:
    if not isinstance(condition, HeaderCondition):
        return
    for name, patterns in condition.wanted.items():
        if not _HEADER_NAME.fullmatch(name):
            yield Unmet(f"no header can have the name {name!r}")
        yield from _about_header_value(f"header: {name}", patterns)


def _about_header_value(key: str, patterns: Iterable[Pattern]) -> Iterator[Unmet]:
    impossible = [*map(_impossible_in_header, patterns)]
    if all(impossible):
        yield Unmet(f"no header has a value with {impossible[0]}, which the pattern of `{key}` requires")


def _impossible_in_header(pattern: Pattern) -> str | None:
    """Return what a pattern requires although no header of HTTP can have it, or None."""
    if pattern.is_regex:
        return None
    written = _GLOB_SET.sub("_", pattern.written)
    if _CONTROL.search(written):
        return "a control character"
    return "a space at its beginning or end" if _SPACE.search(written) else None


def _about_user_data(condition: Condition | None) -> Iterator[Unmet]:
    names = condition.wanted if isinstance(condition, UserDataCondition) else ()
    yield from filter(None, map(why_not_in_user_data, names))


def why_not_in_user_data(name: str) -> Unmet | None:
    """Return why usual clients send no user data of this name: it begins with `userData`. Otherwise None."""
    inner = name.removeprefix("userData.")
    if inner == name:
        return None
    return Unmet(f"`user_data` looks into their userData: write `{inner}`, not `{name}`", is_usual=True)


def _about_slot(condition: Condition | None, services: AllServices) -> Iterator[Unmet]:
    if not isinstance(condition, SlotCondition):
        return
    if condition.first_free and condition.at_most == 0:
        yield Unmet("a slot without a free seat is not the first free one, which its `slot` requires")
    if condition.at_least > services.most_seats:
        seats = f"but at most {services.most_seats}"
        yield Unmet(f"no slot has the {condition.at_least} seats that its `slot` requires, {seats}")


def operations_text(routes: Routes) -> str:
    """Return the operations of the routes, such as "`cancel` or `find`"."""
    return alternatives({operation for _, operation in routes})


def alternatives(names: Iterable[str]) -> str:
    """Return the names in order, such as "`v1` or `v2`"."""
    return " or ".join(f"`{name}`" for name in sorted(names))
