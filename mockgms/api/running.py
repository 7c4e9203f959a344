"""Run the operation of a request, with the faults of the rule that fires."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from mockgms.api.definition import Api, MockedApi
from mockgms.api.fault_context import FaultContext
from mockgms.api.inline_fault import inline_rule
from mockgms.api.turns import Begun, Turns
from mockgms.domain.refusals import Refusal
from mockgms.domain.service import LONGEST_NAME
from mockgms.http.headers import OF_HEADER
from mockgms.http.messages import InSteps, Reply, Request
from mockgms.http.routing import Match
from mockgms.scenario.compiled_rules import NO_RULES, Candidates
from mockgms.scenario.engine import Engine, Firing
from mockgms.scenario.facts import Facts
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.rules import Rule
from mockgms.scenario.trials import Trial
from mockgms.session import Session
from mockgms.session.journal import Entry
from mockgms.session.trace import NO_TRIALS

_LARGE: Final = 16 * 1024  # bytes of a body; smaller ones are parsed within 10 ms
_FAULT_NAMES: Final = {kind: name for name, kind in FAULTS.items()}


def run_mocked(  # noqa: PLR0913, PLR0917  # a request has this many parts
    api: MockedApi,
    request: Request,
    session: Session,
    match: Match,
    entry: Entry,
    turns: Turns,
    matching: Sequence[Rule] | None = None,
) -> Begun:
    """Run an operation of a mocked API, with the faults of the rule that fires, if any. Raises Refusal.

    `matching` are the rules that match the request, or None if they are not known yet.
    """
    trace = entry.trace
    decided = _decide(api, request, session, match, entry, matching)
    if decided is None:
        operation_log = None if trace is None else trace.operation_log
        return turns.begin(match.route.function(request, session, operation_log, *match.args))
    facts, firing = decided
    entry.rule = firing.rule.name
    entry.faults = tuple(_FAULT_NAMES[type(fault)] for fault in firing.faults)
    return FaultContext(api, request, session, match, trace, turns, facts, firing).run()


async def run_prepared(
    api: MockedApi, request: Request, session: Session, match: Match, entry: Entry, turns: Turns
) -> Reply:
    """Prepare a request in steps, and then do as `run_mocked`."""
    matching = await _prepare(api, request, session, match, entry, turns)
    begun = run_mocked(api, request, session, match, entry, turns, matching)
    return begun if isinstance(begun, Reply) else await begun


def needs_preparation(request: Request, session: Session, match: Match) -> bool:
    """Return True if a request takes `run_prepared`, because it could block others."""
    if len(request.body) > _LARGE or session.bookings.services.has_prefilled:
        return True
    candidates = session.engine.candidates[match.route.operation_and_version]
    return not candidates.is_fast and _takes_long_to_match(request, candidates)


def run_unmocked(api: Api, request: Request, session: Session, match: Match, turns: Turns) -> Begun:
    """Run an operation of an API that is not mocked, such as the admin API. Raises Refusal."""
    api.admit(request, session)
    if session.bookings.services.has_prefilled:
        return _run_unmocked_prepared(api, request, session, match, turns)
    return turns.begin(match.route.function(request, session, None, *match.args))


async def _run_unmocked_prepared(api: Api, request: Request, session: Session, match: Match, turns: Turns) -> Reply:
    await _open_services(api, request, session, match, turns)
    begun = turns.begin(match.route.function(request, session, None, *match.args))
    return begun if isinstance(begun, Reply) else await begun


def _decide(
    api: MockedApi, request: Request, session: Session, match: Match, entry: Entry, matching: Sequence[Rule] | None
) -> tuple[Facts, Firing] | None:
    """Return the firing of the rule that fires, one of the session or one that the request asks for, and the facts.

    `matching` is as in `run_mocked`. The trace has what was tried.
    """
    engine, trace = session.engine, entry.trace
    candidates, inline = engine.candidates[match.route.operation_and_version], inline_rule(request, engine)
    if inline is None and not candidates.rules:
        if trace is not None:
            trace.trials = NO_TRIALS
        return None
    target = (request.path, request.query)
    is_query = request.method == "GET" and not request.body and inline is None
    known = candidates.recall(target, request.headers, entry.began) if is_query else None
    facts = api.facts_of(request, session, match) if known is None else known
    if trace is not None:
        trace.facts, trace.trials = facts, NO_TRIALS if inline is None else None
    if known is not None:
        return None
    if inline is not None:
        return facts, engine.fire(inline, facts)
    if matching is None:
        matching = candidates.matches(facts, entry.began)
        if is_query and matching is NO_RULES and facts.phone is None and "id" not in match.named:
            candidates.remember(target, request.headers, facts)  # they do not depend on a callback
    firing = _try(matching, facts, engine, entry) if matching else None
    return None if firing is None else (facts, firing)


def _try(matching: Sequence[Rule], facts: Facts, engine: Engine, entry: Entry) -> Firing | None:
    """Return the firing of the first of the matching rules that fires, if any. The trace has their trials."""
    trials: list[Trial] = []
    if entry.trace is not None:
        entry.trace.trials = trials
    return engine.decide(matching, facts, entry.began, trials)


async def _prepare(
    api: MockedApi, request: Request, session: Session, match: Match, entry: Entry, turns: Turns
) -> list[Rule] | None:
    """Do in steps what would block others: parse a large body, open services with bookings, match slow rules.

    Returns the rules that match the request, or None if finding them is fast and is left to the caller. Raises
    OutOfRoom.
    """
    if len(request.body) > _LARGE:
        await turns.run(_parse_in_thread(partial(api.read, request, match)))
    await _open_services(api, request, session, match, turns)
    candidates = session.engine.candidates[match.route.operation_and_version]
    if inline_rule(request, session.engine) is not None or not _takes_long_to_match(request, candidates):
        return None
    return await turns.run(_match_in_thread(api.facts_of(request, session, match), session, match, entry))


def _parse_in_thread(read: Callable[[], object]) -> InSteps[None]:
    """Parse a large body in a thread. Its errors are raised again where the body is used."""
    with suppress(Refusal):
        yield read


def _match_in_thread(facts: Facts, session: Session, match: Match, entry: Entry) -> InSteps[list[Rule]]:
    """Find the rules that a request matches, in a thread. Rules that were removed meanwhile are left out."""
    candidates = session.engine.candidates[match.route.operation_and_version]
    matching = yield from candidates.matches_in_steps(facts, entry.began)
    return [rule for rule in matching if session.engine.named(rule.name) is rule]


async def _open_services(api: Api, request: Request, session: Session, match: Match, turns: Turns) -> None:
    """Open the services of a request that start with bookings, in steps. Raises OutOfRoom."""
    if session.bookings.services.has_prefilled:
        for name in api.services(request, session, match):
            if name and len(name) <= LONGEST_NAME and "\0" not in name:  # others are refused
                await turns.run_exclusively(session.id, partial(session.steps_to_prefill, name))


def _takes_long_to_match(request: Request, candidates: Candidates) -> bool:
    """Return True if it can take more than 10 ms to find the rules that a request matches."""
    size = len(request.body) + len(request.query) + len(request.path)
    if candidates.asks_headers:
        at_most = request.headers_size
        if at_most is not None and size + at_most - OF_HEADER * len(request.headers) <= candidates.fast_size:
            return False  # the usual case, without adding up the lengths of the values, which takes 1 µs
        size += sum(map(len, request.headers.values()))
    return size > candidates.fast_size and candidates.may_take_long(size)
