"""Answer one request: find its session, run its operation with faults, and add the headers of every answer."""

import logging
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from functools import partial
from time import perf_counter
from typing import Any, Final

from msgspec.structs import replace

from mockgms.api.admin.masking import Mask
from mockgms.api.admin.requests import render_summary
from mockgms.api.definition import Api, MockedApi
from mockgms.api.fault_context import FaultContext
from mockgms.api.inline_fault import inline_rule, wants_explanation
from mockgms.api.turns import NestedTurns, Turns
from mockgms.domain.bounded_cache import BoundedCache
from mockgms.domain.instants import SECOND, Instant, render_http_date
from mockgms.domain.refusals import Refusal
from mockgms.domain.service import LONGEST_NAME
from mockgms.http import cors
from mockgms.http.access import LOCAL, Access
from mockgms.http.browser_safety import NOSNIFF
from mockgms.http.messages import Headers, InSteps, Reply, Request
from mockgms.http.refusals import OwnDefect, UnknownPath, Unreadable
from mockgms.http.routing import Match, Router
from mockgms.http.session_id import check_session_id
from mockgms.output.logs import ABOUT
from mockgms.scenario.engine import Firing, Turn
from mockgms.scenario.facts import Facts
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.rules import Rule
from mockgms.session import DEFAULT, Session, Sessions
from mockgms.session.event_bus import Event
from mockgms.session.journal import Entry, Journal, RecordedAnswer
from mockgms.session.trace import NO_TURNS, Trace

SESSION_HEADER: Final = "x-mockgms-session"
ADMIN_BASE: Final = "/__admin"
_SESSION_BASE: Final = "/s/"
_LARGE: Final = 16 * 1024  # bytes of a body; smaller ones are parsed within 10 ms
_FAULT_NAMES: Final = {kind: name for name, kind in FAULTS.items()}

_log = logging.getLogger(__name__)
_requests = logging.getLogger("mockgms.requests")


class Exchange:
    """Answers the requests of all APIs.

    Args:
        sessions: The sessions that requests can name.
        apis: The APIs to serve. Unmatched paths use the error format of the last one.
        access: Decides which clients may call APIs that are not mocked, such as the admin API.
    """

    def __init__(self, sessions: Sessions, apis: Iterable[Api], access: Access = LOCAL) -> None:
        self.sessions = sessions
        self._access = access
        self._meter = sessions.meter
        self._apis = tuple(apis)
        self._router = Router(route for api in self._apis for route in api.mounted())
        unmocked = [api for api in self._apis if not isinstance(api, MockedApi)]
        self._unmocked_bases = tuple(base for api in unmocked for base in api.bases if base)
        self._unmocked_paths = frozenset(route.pattern for api in unmocked for route in api.mounted())
        self._api_of = {route.operation: api for api in self._apis for route in api.routes}
        self._turns = Turns()

    async def answer(self, request: Request, refusal: Refusal | None = None) -> Reply:
        """Return the complete answer to a request. Never raises; faults can delay it without limit.

        Args:
            request: The request.
            refusal: Why its body could not be read, if so. It is then the answer.
        """
        try:
            id = self._session_id(request)
            session = None if self._turns.is_busy(id) else self.sessions.find(id)
            if session is None:
                await self._turns.run_exclusively(id, partial(self.sessions.steps_to_create, id))
                session = self.sessions.get(id)
        except Refusal as mistake:
            return self._refused(request, mistake, self.sessions.default)
        if refusal is not None:
            return self._refused(request, refusal, session)
        preflight = (
            cors.preflight(request) if request.method == "OPTIONS" and self._has_cors(request, session) else None
        )
        if preflight is not None:  # not in the journal, since browsers cache preflights and so send them unpredictably
            return self._finished(preflight, request, session, session.now())
        entry, journal = self._start_entry(request, session), session.journal
        return self._complete(
            journal, entry, await self._operate(request, session, entry, self._turns), request, session
        )

    def dry_run(self, request: Request, session: Session) -> InSteps[tuple[Entry, Trace]]:
        """Return the journal entry and trace that a request would produce now, in steps. The session does not change.

        Delays advance the clock of a copy of the session. The entry has no answer if the request would never get one.
        Raises Unreadable for a path outside the mocked APIs.
        """
        if self._is_unmocked(request.path):
            raise Unreadable("path", "is not a path of the mocked API")
        twin = session.copy()
        twin.scenario = replace(twin.scenario, latency="virtual")
        entry = _entry(request, twin)
        entry.trace = trace = Trace(twin.engine.book, twin.clock.frozen_at)
        operating = self._operate(request, twin, entry, NestedTurns())
        try:
            step: Any = operating.send(None)
            while step is None or callable(step):  # anything else, such as a hang, would never end
                go_on = yield from _outcome(step, operating)
                step = go_on()
        except StopIteration as operated:
            self._record(twin.journal, entry, operated.value, request, twin)
        finally:
            operating.close()
        return entry, trace

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        """Return the complete answer to a malformed request, in the error format of the API of its path.

        Unlike `answer`, it is synchronous: if it creates a session with bookings, other requests wait.
        """
        try:
            session = self.sessions.get(self._session_id(request))
        except Refusal:
            session = self.sessions.default
        return self._refused(request, refusal, session)

    def _refused(self, request: Request, refusal: Refusal, session: Session) -> Reply:
        entry = self._start_entry(request, session)
        if entry.trace is not None:
            entry.trace.record_refusal(refusal)
        reply = self._api_at(request.path, "").render_refusal(refusal, session)
        return self._complete(session.journal, entry, reply, request, session)

    def _start_entry(self, request: Request, session: Session) -> Entry:
        """Return the entry of a request. Requests to a mocked API are added to the journal of the session."""
        entry = _entry(request, session)
        entry.started = perf_counter()
        if not self._is_unmocked(request.path) and session.journal.add(entry, request.size_of_headers()):
            entry.trace = Trace(session.engine.book, session.clock.frozen_at)
        return entry

    def _is_unmocked(self, path: str) -> bool:
        """Return True for a path outside the mocked APIs, such as those of the admin API and the pages."""
        return path.startswith(self._unmocked_bases) or path in self._unmocked_paths

    def _complete(self, journal: Journal, entry: Entry, reply: Reply, request: Request, session: Session) -> Reply:
        """Return the complete reply, after it was recorded, counted, logged and published as an event."""
        sent = self._record(journal, entry, reply, request, session)
        seconds = perf_counter() - entry.started
        self._meter.count((entry.operation, sent.status, entry.rule, entry.faults), seconds)
        if _requests.isEnabledFor(logging.INFO):
            _log_request(session, entry, seconds)
        if session.event_bus.live and entry.is_kept:
            session.event_bus.publish(Event(session.id, session.now(), entry, entry.size))
        return sent

    def _record(self, journal: Journal, entry: Entry, reply: Reply, request: Request, session: Session) -> Reply:
        """Return the complete reply, after it was recorded in the journal that has the entry."""
        now = session.now()
        if entry.trace is not None and "prefer" in request.headers and entry.is_kept and wants_explanation(request):
            reply = _explained(reply, entry, session)
        sent = self._finished(reply, request, session, now)
        journal.complete(
            entry, RecordedAnswer(now, sent.status, sent.content_type, sent.headers, sent.body, sent.delivery)
        )
        return sent

    def _finished(self, reply: Reply, request: Request, session: Session, now: Instant) -> Reply:
        """Return the reply with the headers that every answer carries."""
        origin = request.headers.get("origin", cors.ANY) if self._has_cors(request, session) else None
        common = _commons[now // SECOND, origin]
        status, body, content_type, headers, delivery = reply
        return Reply(status, body, content_type, _joined(headers, common) if headers else common, delivery)

    def _has_cors(self, request: Request, session: Session) -> bool:
        """Return True if pages of other origins may read the answer: for mocked APIs, as the scenario says."""
        return self._access.shares(request) if request.path.startswith(ADMIN_BASE) else session.scenario.cors

    @staticmethod
    def _session_id(request: Request) -> str:
        """Return the id of the session that a request names by base path or, failing that, by header.

        The base path is removed from the path of the request. Raises Unreadable.
        """
        id = request.headers.get(SESSION_HEADER)
        if request.path.startswith(_SESSION_BASE):
            id, slash, rest = request.path[len(_SESSION_BASE) :].partition("/")
            request.path = slash + rest
        if id is None:
            return DEFAULT
        check_session_id(id, "session")
        return id

    async def _operate(self, request: Request, session: Session, entry: Entry, turns: Turns) -> Reply:
        api, trace = None, entry.trace
        try:
            match = self._router.find(request.method, request.path)
            entry.operation = match.route.operation
            api = self._api_of[entry.operation]
            is_mocked = isinstance(api, MockedApi)
            if not is_mocked and (denied := self._access.refusal(request, entry.operation)) is not None:
                return denied
            api.admit(request, session)
            matching = None
            if (
                len(request.body) > _LARGE
                or session.bookings.services.has_prefilled
                or (is_mocked and _takes_long_to_match(request, session, match))
            ):
                matching = await _prepare(api, request, session, match, entry, turns)
            fired = _fired(api, request, session, match, entry, matching)
            if fired is None:
                operation_log = None if trace is None else trace.operation_log
                answer = match.route.function(request, session, operation_log, *match.args)
                return answer if isinstance(answer, Reply) else await turns.run(answer)
            facts, firing = fired
            entry.rule = firing.rule.name
            entry.faults = tuple(_FAULT_NAMES[type(fault)] for fault in firing.rule.then)
            return await FaultContext(api, request, session, match, trace, turns, facts, firing).run()
        except Refusal as refusal:
            if trace is not None:
                trace.record_refusal(refusal)
            nearest = refusal.nearest.partition(" ")[2] if isinstance(refusal, UnknownPath) else ""
            return (api or self._api_at(request.path, nearest)).render_refusal(refusal, session)
        except Exception:  # noqa: BLE001  # the client gets an answer, and the log the traceback
            _log.exception("a defect while answering %s %s", request.method, Mask(suspects_all=True).text(request.path))
            return (api or self._api_at(request.path, "")).render_refusal(OwnDefect(), session)

    def _api_at(self, *paths: str) -> Api:
        """Return the API of the first path that lies under a base path. By default, return the last API."""
        return next(
            (api for path in paths for api in self._apis for base in api.bases if base and path.startswith(base)),
            self._apis[-1],
        )


async def _prepare(
    api: Api, request: Request, session: Session, match: Match, entry: Entry, turns: Turns
) -> list[Rule] | None:
    """Do in steps what would block others: parse a large body, open services with bookings, match slow rules.

    Returns the rules that match the request, or None if finding them is fast and is left to the caller. Raises
    OutOfRoom.
    """
    if len(request.body) > _LARGE and isinstance(api, MockedApi):
        await turns.run(_read(partial(api.read, request, match)))
    if session.bookings.services.has_prefilled:
        for name in api.services(request, session, match):
            if name and len(name) <= LONGEST_NAME and "\0" not in name:  # others are refused
                await turns.run_exclusively(session.id, partial(session.steps_to_prefill, name))
    if not isinstance(api, MockedApi) or not _takes_long_to_match(request, session, match):
        return None
    return await turns.run(_matching(api.describe(request, session, match), session, match, entry))


def _read(read: Callable[[], object]) -> InSteps[None]:
    """Parse a large body in a thread. Its errors are raised again where the body is used."""
    with suppress(Refusal):
        yield read


def _outcome(step: Callable[[], Any] | None, operating: Coroutine[Any, Any, Reply]) -> InSteps[Callable[[], Any]]:
    """Yield a step of an operation, and return a function that resumes the operation with the outcome."""
    try:
        outcome = yield step
    except Exception as error:  # noqa: BLE001  # the operation knows which errors it expects
        return partial(operating.throw, error)
    return partial(operating.send, outcome)


def _entry(request: Request, session: Session) -> Entry:
    now, body, fields = session.now(), request.body, request.fields
    method, path, query = request.method, request.path, request.query
    return Entry(now, method, path, query, request.headers, body, fields, waiting=request.waiting)


def _explained(reply: Reply, entry: Entry, session: Session) -> Reply:
    """Return the reply with a link to its explanation."""
    base = "" if session.id == DEFAULT else f"{_SESSION_BASE}{session.id}"
    link = f'<{base}{ADMIN_BASE}/requests/{entry.number}/explain>; rel="describedby"'
    return Reply(reply.status, reply.body, reply.content_type, (*reply.headers, ("Link", link)), reply.delivery)


def _takes_long_to_match(request: Request, session: Session, match: Match) -> bool:
    """Return True if it can take more than 10 ms to find the rules that a request matches."""
    candidates = session.engine.candidates[match.route.operation_and_version]
    if not candidates.depends_on_size:
        return False
    headers = sum(map(len, request.headers.values())) if candidates.asks_headers else 0
    return candidates.may_take_long(len(request.body) + len(request.query) + len(request.path) + headers)


def _matching(facts: Facts, session: Session, match: Match, entry: Entry) -> InSteps[list[Rule]]:
    """Find the rules that a request matches, in a thread. Rules that were removed meanwhile are left out."""
    candidates = session.engine.candidates[match.route.operation_and_version]
    matching = yield from candidates.matches_in_steps(facts, entry.began)
    return [rule for rule in matching if session.engine.named(rule.name) is rule]


def _fired(
    api: Api, request: Request, session: Session, match: Match, entry: Entry, matching: list[Rule] | None
) -> tuple[Facts, Firing] | None:
    """Return the rule that fires, and the facts about the request; None if no rule fires.

    It is a rule of the session, or one that the request itself asks for. `matching` are the rules that match the
    request, or None if they are not known yet.
    """
    if not isinstance(api, MockedApi):
        return None
    engine, trace = session.engine, entry.trace
    asked = inline_rule(request, engine)
    candidates = engine.candidates[match.route.operation_and_version]
    if asked is None and not candidates.rules:
        if trace is not None:
            trace.turns = NO_TURNS
        return None
    facts = api.describe(request, session, match)
    if trace is not None:
        trace.facts = facts
    if asked is not None:
        return facts, engine.fire(asked, facts)
    turns: list[Turn] | None = None
    if trace is not None:
        trace.turns = turns = []
    if matching is None:
        matching = candidates.matches(facts, entry.began)
    firing = engine.decide(matching, facts, entry.began, turns) if matching else None
    return None if firing is None else (facts, firing)


def _joined(headers: Headers, common: Headers) -> Headers:
    """Return the headers of an answer and those common to all answers. If both have a name, the answer's own wins."""
    own = {name.lower() for name, _ in headers}
    return headers + tuple(pair for pair in common if pair[0].lower() not in own)


def _log_request(session: Session, entry: Entry, seconds: float) -> None:
    """Log an answered request and its duration: at INFO if the journal has it, else at DEBUG."""
    about = {"session": session.id, **render_summary(entry, unmasked=False), "duration": round(seconds, 6)}
    target = f"{about['path']}?{about['query']}" if about["query"] else about["path"]
    level = logging.INFO if entry.is_kept else logging.DEBUG
    _requests.log(level, "%s %s %s", entry.method, target, about["status"], extra={ABOUT: about})


def _common(second_and_origin: tuple[int, str | None]) -> Headers:
    """Return the headers common to all answers to an origin within a second. CORS headers need an origin."""
    second, origin = second_and_origin
    common = (("Date", render_http_date(second * SECOND)), NOSNIFF)
    return common if origin is None else (*common, *cors.headers_for(origin))


_commons: Final = BoundedCache(_common)
