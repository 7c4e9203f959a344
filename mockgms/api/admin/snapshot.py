"""The snapshot of a session: all of it as JSON, on this server or another."""

import json
import struct
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from random import Random
from typing import Annotated, Any, Final, TypeVar

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from mockgms import __version__
from mockgms.api.admin import snapshot_form as form
from mockgms.api.admin.format import check_keys, decode_body, parse_part
from mockgms.api.admin.refusals import SnapshotTooLarge
from mockgms.api.admin.sessions import SessionView, render_session
from mockgms.api.operation import Written, operation
from mockgms.domain.blocks import Block
from mockgms.domain.callback import Callback, CallbackOutcome, State
from mockgms.domain.clock import ClockExport
from mockgms.domain.exported_state import BookingsExport, ServiceExport
from mockgms.domain.hours import WeeklySpan
from mockgms.domain.ids import Draws
from mockgms.domain.instants import EARLIEST, LATEST, Instant
from mockgms.domain.invalid_snapshot import InvalidSnapshot
from mockgms.domain.queue import queue_place
from mockgms.domain.throttle import ThrottleExport
from mockgms.http.body import LARGEST_SNAPSHOT
from mockgms.http.json_lists import json_list
from mockgms.http.messages import InSteps, Reply
from mockgms.http.refusals import Unreadable
from mockgms.scenario.callers import NO_END, CallersExport
from mockgms.scenario.customers import prepare_customers
from mockgms.scenario.engine import EngineExport
from mockgms.scenario.faults.rate_limit import Bucket
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.model import ClockStart, Scenario
from mockgms.scenario.nodes import LARGEST
from mockgms.scenario.rulebook import parse_armed_rule
from mockgms.scenario.rules import Rule
from mockgms.scenario.sources import assemble_sources
from mockgms.session import Session
from mockgms.session.exported_state import SessionExport

T = TypeVar("T")

_RANDOM_STATE: Final = struct.Struct(">625I")  # the state of `Random`: 624 words, and the index of the next one
_RANDOM_VERSION: Final = 3  # of such states
_TOO_LARGE: Final = (
    "The snapshot would have {} bytes, but a server accepts at most {}: fork the session instead"
    ' (PUT /__admin/sessions/ID with {{"from": ...}}), or take it with fewer callbacks.'
)


@operation("GET", "/snapshot", "admin.snapshot", refusals=(SnapshotTooLarge,))
def read_snapshot(session: Session) -> InSteps[Annotated[Reply, Written(form.Snapshot)]]:
    """Return the whole state of the session except its journal: scenario, clock, callbacks, limits, rules, ids.

    Any session of any server can continue from it. Times are milliseconds since 1970. A session whose snapshot would
    have more than 16 MiB has none: fork it instead.
    """
    exported = session.export_state()
    listed = yield from json_list(exported.bookings.callbacks, _render_callback)
    body: bytes = yield lambda: msgspec.json.encode(_render(exported, msgspec.Raw(listed)))
    if len(body) > LARGEST_SNAPSHOT:
        raise SnapshotTooLarge(_TOO_LARGE.format(len(body), LARGEST_SNAPSHOT))
    return Reply(HTTPStatus.OK, body)


@operation("PUT", "/snapshot", "admin.snapshot.use")
def use_snapshot(session: Session, body: Annotated[bytes, Written(form.Snapshot)]) -> InSteps[SessionView]:
    """Continue from a snapshot, with an empty journal.

    It may be a snapshot of another server. It has at most 16 MiB. A snapshot with a mistake, or with more seats booked
    than a slot has, changes nothing.
    """
    # Only an edited snapshot can have such a slot, because a reloaded scenario changes services at the next reset.
    exported = yield from _parse(body, session)
    try:
        yield from session.restore_state_in_steps(exported)
    except InvalidSnapshot as invalid:
        raise Unreadable(invalid.field, invalid.reason) from None
    session.publish("session", "restored")
    return render_session(session)


def _render(exported: SessionExport, listed: msgspec.Raw) -> form.SnapshotInPieces:
    answers, callbacks = exported.ids
    at_reset = exported.scenario_at_reset
    return form.SnapshotInPieces(
        mockgms=__version__,
        format=1,
        scenario=_render_scenario(exported.scenario),
        started=None if at_reset is exported.scenario else _render_scenario(at_reset),
        clock=form.ClockForm(exported.clock.frozen_at, exported.clock.ahead),
        bookings=_render_bookings(exported.bookings, listed),
        rules=_render_rules(exported.rules),
        memory={rule: _render_buckets(kept) for rule, kept in exported.memory.items()},
        ids=form.IdsForm(render_draws(answers), render_draws(callbacks)),
        requests=_bounded(exported.journal.last),
        began=exported.reset_at,
        arrivals=dict(exported.arrivals),
    )


def render_draws(draws: Draws) -> bytes:
    """Return the state of a stream of ids as bytes."""
    return _RANDOM_STATE.pack(*draws[1])


def _render_scenario(scenario: Scenario) -> form.ScenarioForm:
    start = form.StartForm(scenario.clock.now, scenario.clock.frozen)
    return form.ScenarioForm(scenario.name, list(scenario.sources), start)


def _render_bookings(exported: BookingsExport, listed: msgspec.Raw) -> form.BookingsInPieces:
    return form.BookingsInPieces(
        list(exported.services),
        service_states=[
            form.ServiceStateForm(
                each.service,
                list(each.closed),
                _render_limits(each.limits),
                list(map(_render_block, each.blocks)),
            )
            for each in exported.service_states
        ],
        callbacks=listed,
    )


def _render_block(block: Block) -> form.BlockForm:
    hours = block.hours
    weekdays = None if hours is None else sorted(hours.days)
    minutes = None if hours is None else (hours.start, hours.end)
    return form.BlockForm(block.is_full, block.start, block.end, block.until, weekdays, minutes)


def _parse_block(written: form.BlockForm) -> Block:
    hours = None
    if written.weekdays is not None and written.minutes is not None:
        hours = WeeklySpan(frozenset(written.weekdays), *written.minutes)
    return Block(written.is_full, written.start, written.end, hours, written.until)


def _render_limits(limits: ThrottleExport) -> form.LimitsForm:
    windows = [(opened, _bounded(used)) for opened, used in limits.windows]
    return form.LimitsForm(windows, limits.today, {key: _bounded(used) for key, used in limits.by_number.items()})


def _render_buckets(kept: Mapping[str, Bucket]) -> msgspec.Raw:
    buckets = {key: form.BucketForm(**msgspec.structs.asdict(bucket)) for key, bucket in kept.items()}
    return msgspec.Raw(msgspec.json.encode(buckets))


def _bounded(count: int) -> int:
    """Return a count, limited to the largest that a snapshot can have. Larger ones take thousands of years."""
    return min(count, form.MAX)


def _render_callback(callback: Callback) -> form.CallbackForm:
    outcome = callback.outcome
    return form.CallbackForm(
        id=callback.id,
        service=callback.service,
        phone=callback.number,
        created=callback.created,
        desired=callback.desired,
        queued_at=callback.queued_at,
        slot=callback.slot,
        properties=dict(callback.properties),
        outcome=None if outcome is None else msgspec.convert(outcome._asdict(), form.OutcomeForm),
        seats=callback.seats,
    )


def _render_rules(exported: EngineExport) -> form.RulesOfAnyVersion:
    callers = exported.callers
    return form.RulesOfAnyVersion(
        disarmed=list(exported.disarmed),
        armed=[
            form.ArmedInPieces(msgspec.Raw(msgspec.json.encode(rule.written)), until) for rule, until in exported.armed
        ],
        counts=[
            form.CountForm(rule, caller, _bounded(matches), _bounded(firings), opened)
            for rule, caller, matches, firings, opened in callers.counts
        ],
        asked=[
            form.AskedOfAnyVersion(rule, caller, matches=_bounded(matches)) for rule, caller, matches in callers.asked
        ],
        events=[form.EventsForm(rule, caller, list(times), opened) for rule, caller, times, opened in callers.events],
        states=[
            form.StateForm(name, scope, caller, None if end == NO_END else end)
            for name, scope, caller, end in callers.states
        ],
        refused=[form.RefusedForm(scope, caller, int(slot)) for scope, caller, slot in callers.refused],
        dropped=[
            form.DroppedForm(rule, _bounded(matches), _bounded(firings)) for rule, matches, firings in callers.dropped
        ],
    )


def _parse(body: bytes, session: Session) -> InSteps[SessionExport]:
    """Return the exported state that a snapshot holds. Raises Unreadable."""
    snapshot, text = decode_body(body, form.SnapshotInPieces)
    scenario = at_reset = yield partial(_parse_scenario, snapshot.scenario, "scenario")
    if snapshot.started is not None:
        at_reset = yield partial(_parse_scenario, snapshot.started, "started")
    clock = _parse_clock(snapshot.clock)
    bookings = yield from _parse_bookings(snapshot.bookings)
    rules = yield partial(_parse_rules, snapshot.rules)
    memory = yield from _parse_memory(snapshot.memory)
    yield from _check_keys_outside_callbacks(text, snapshot.bookings.callbacks)
    return SessionExport(
        scenario,
        at_reset,
        clock,
        bookings,
        rules,
        memory,
        (_parse_draws(snapshot.ids.answers, "ids.answers"), _parse_draws(snapshot.ids.callbacks, "ids.callbacks")),
        session.journal.continued_after(snapshot.requests),
        snapshot.began,
        snapshot.arrivals,
    )


def _check_keys_outside_callbacks(text: bytes, callbacks: msgspec.Raw) -> InSteps[None]:
    """Raise Unreadable if a key is set twice. Each of the callbacks has been checked on its own."""
    # A number as long as the callbacks replaces them, so that the byte in the message is right. Their text occurs only
    # once, unless it is [], which has no key.
    checked = bytes(callbacks)
    yield from check_keys(text.replace(checked, b"0".ljust(len(checked)), 1))


def _parse_scenario(written: form.ScenarioForm, field: str) -> Scenario:
    try:
        scenario = assemble_sources(written.name, written.sources)
    except ScenarioMistakes as mistakes:
        raise Unreadable(field, f"cannot be used: {'; '.join(map(str, mistakes.mistakes))}") from None
    prepare_customers(scenario)
    return replace(scenario, clock=ClockStart(written.clock.now, written.clock.frozen))


def _parse_clock(written: form.ClockForm) -> ClockExport:
    # The wall clock decides when the session's clock reaches an end of these years, so only the distance is checked.
    if abs(written.ahead) > LATEST - EARLIEST:
        raise Unreadable("clock.ahead", "leads to a time outside the years 1000 to 9997")
    return ClockExport(written.frozen_at, written.ahead)


def _parse_bookings(written: form.BookingsInPieces) -> InSteps[BookingsExport]:
    service_states: list[ServiceExport] = []
    for each in _renamed(written.service_states, written.desks, "bookings", "service_states", "desks"):
        limits = ThrottleExport(tuple(each.limits.windows), each.limits.today, each.limits.by_number)
        blocks = tuple(map(_parse_block, each.blocks))
        service_states.append(ServiceExport(each.service, tuple(each.closed), limits, blocks))
        yield
    callbacks: list[Callback] = []
    raw = parse_part(written.callbacks, list[msgspec.Raw], "bookings.callbacks")
    for index, one in enumerate(raw):
        place = f"bookings.callbacks[{index}]"
        callback = parse_part(one, form.CallbackForm, place)
        yield from check_keys(bytes(one), place)
        callbacks.append(_parse_callback(callback, index + 1))
        yield
    return BookingsExport(tuple(written.services), tuple(service_states), tuple(callbacks))


def _renamed(value: T | UnsetType, former: T | UnsetType, place: str, name: str, former_name: str) -> T:
    """Return the value of a field under its name or its former name. Raises Unreadable for none or both.

    `place` is the path of the object in the snapshot.
    """
    if former is not UNSET and value is not UNSET:
        raise Unreadable(f"{place}.{former_name}", f"is the former name of `{name}`: give only one of them")
    if former is not UNSET:
        return former
    if value is UNSET:
        raise Unreadable(f"{place}.{name}", "is required")
    return value


def _parse_callback(written: form.CallbackForm, turn: int) -> Callback:
    outcome = written.outcome
    return Callback(
        id=written.id,
        service=written.service,
        number=written.phone,
        created=written.created,
        desired=written.desired,
        place=queue_place(written.queued_at, turn),
        slot=written.slot,
        properties=written.properties,
        outcome=None if outcome is None else CallbackOutcome(State(outcome.state), outcome.reason, outcome.at),
        seats=written.seats,
    )


def _parse_rules(written: form.RulesOfAnyVersion) -> EngineExport:
    for index, count in enumerate(written.counts):
        if count.firings > count.matches:
            raise Unreadable(
                f"rules.counts[{index}].firings", f"must be at most {count.matches}, the value of `matches`"
            )
    return EngineExport(
        tuple(written.disarmed),
        tuple(_parse_armed(armed, f"rules.armed[{index}].rule") for index, armed in enumerate(written.armed)),
        CallersExport(
            tuple((each.rule, each.caller, each.matches, each.firings, each.opened) for each in written.counts),
            tuple(
                (each.rule, each.caller, _renamed(each.matches, each.turn, f"rules.asked[{index}]", "matches", "turn"))
                for index, each in enumerate(written.asked)
            ),
            tuple((each.rule, each.caller, tuple(each.times), each.opened) for each in written.events),
            tuple(
                (each.name, each.scope, each.caller, NO_END if each.until is None else each.until)
                for each in written.states
            ),
            tuple((each.scope, each.caller, str(each.slot)) for each in written.refused),
            tuple((each.rule, each.matches, each.firings) for each in written.dropped),
        ),
    )


def _parse_armed(written: form.ArmedInPieces, field: str) -> tuple[Rule, Instant | None]:
    text = bytes(written.rule)
    if len(text) > LARGEST:  # as YAML, it would be refused too, but only after it was parsed as JSON
        raise Unreadable(field, f"has mistakes: is larger than {LARGEST} bytes")
    value = parse_part(text, dict[str, Any], field)
    try:
        # The key `for` of the rule has become `until`.
        rule, _ = parse_armed_rule(_as_yaml(value), field, has_end=written.until is not None)
    except ScenarioMistakes as mistakes:
        raise Unreadable(
            field, f"has mistakes: {'; '.join(mistake.message for mistake in mistakes.mistakes)}"
        ) from None
    return rule, written.until


def _as_yaml(value: Mapping[str, Any]) -> str:
    """Return a value as JSON that is also valid YAML."""
    return json.dumps(value).replace("\x7f", "\\u007f")


def _parse_memory(written: Mapping[str, msgspec.Raw]) -> InSteps[dict[str, dict[str, Bucket]]]:
    memory: dict[str, dict[str, Bucket]] = {}
    for rule, kept in written.items():
        buckets = parse_part(kept, dict[str, form.BucketForm], "memory[...]")
        memory[rule] = yield from _parse_buckets(buckets, f"memory.{rule}")
        yield
    return memory


def _parse_buckets(written: Mapping[str, form.BucketForm], field: str) -> InSteps[dict[str, Bucket]]:
    buckets: dict[str, Bucket] = {}
    for key, each in written.items():
        bucket = buckets[key] = Bucket(**msgspec.structs.asdict(each))
        if bucket.level > bucket.burst * bucket.per:
            raise Unreadable(f"{field}.{key}.level", "must be at most `burst` times `per`")
        yield
    return buckets


def _parse_draws(state: bytes, field: str) -> Draws:
    words = _RANDOM_STATE.unpack(state) if len(state) == _RANDOM_STATE.size else ()
    draws = (_RANDOM_VERSION, words, None)
    try:
        Random().setstate(draws)  # noqa: S311  # chance, no secret
    except ValueError:
        raise Unreadable(field, "is not the state of a stream of ids") from None
    return draws
