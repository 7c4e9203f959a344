"""Answer one request: find its session and its operation, and record, log and complete the answer."""

import logging
from asyncio import CancelledError
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from functools import partial
from time import perf_counter
from typing import Any, Final

from msgspec.structs import replace

from mockgms.api.admin.requests import render_summary
from mockgms.api.definition import Api, MockedApi
from mockgms.api.inline_fault import wants_explanation
from mockgms.api.masking.mask import Mask
from mockgms.api.running import needs_preparation, run_mocked, run_prepared, run_unmocked
from mockgms.api.turns import Begun, NestedTurns, Turns
from mockgms.domain.bounded_cache import BoundedCache
from mockgms.domain.instants import SECOND, Instant, render_http_date
from mockgms.domain.refusals import OutOfRoom, Refusal
from mockgms.http import cors
from mockgms.http.access import LOCAL, Access
from mockgms.http.browser_safety import NOSNIFF
from mockgms.http.messages import Headers, InSteps, Reply, Request
from mockgms.http.refusals import OwnDefect, UnknownPath, Unreadable
from mockgms.http.routing import Router
from mockgms.http.session_id import check_session_id
from mockgms.output.logs import ABOUT
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.session import DEFAULT, Session, Sessions
from mockgms.session.event_bus import Event
from mockgms.session.journal import Entry, Journal, RecordedAnswer
from mockgms.session.trace import Trace

SESSION_HEADER: Final = "x-mockgms-session"
ADMIN_BASE: Final = "/__admin"
_SESSION_BASE: Final = "/s/"
_LARGE: Final = 16 * 1024  # bytes of a body; smaller ones are parsed within 10 ms
_FAULT_NAMES: Final = {kind: name for name, kind in FAULTS.items()}

_log = logging.getLogger(__name__)
_requests = logging.getLogger("mockgms.requests")


class Dispatcher:
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
        mocked = [api for api in self._apis if isinstance(api, MockedApi)]
        unmocked = [api for api in self._apis if not isinstance(api, MockedApi)]
        self._mocked = {route.operation: api for api in mocked for route in api.routes}
        self._unmocked = {route.operation: api for api in unmocked for route in api.routes}
        self._unmocked_bases = tuple(base for api in unmocked for base in api.bases if base)
        self._unmocked_paths = frozenset(route.pattern for api in unmocked for route in api.mounted())
        self._turns = Turns()

    async def answer(self, request: Request, refusal: Refusal | None = None) -> Reply:
        """Return the complete answer to a request. Never raises; faults can delay it without limit.

        Args:
            request: The request.
            refusal: Why its body could not be read, if so. It is then the answer.
        """
        begun = self.begin(request, refusal)
        return begun if isinstance(begun, Reply) else await begun

    def begin(self, request: Request, refusal: Refusal | None = None) -> Begun:
        """Return the answer, or a coroutine that returns it if the answer may take time.

        `answer` has the arguments. Most answers need no coroutine, which would add 1 µs.
        """
        try:
            id = self._take_session_id(request)
        except Refusal as mistake:
            return self._refused(request, mistake, self.sessions.default)
        session = None if self._turns.is_busy(id) else self.sessions.find(id)
        if session is None or session.is_timed():
            return self._answer_when_ready(id, request, refusal)
        return self._answer_in(session, request, refusal)

    async def _answer_when_ready(self, id: str, request: Request, refusal: Refusal | None) -> Reply:
        """Answer a request after its session is created, and its calendar up to date if it changes with time."""
        try:
            await self._turns.run_exclusively(id, partial(self.sessions.steps_to_create, id))
            session = self.sessions.get(id)
            if session.is_timed():
                await self._turns.run_exclusively(id, session.steps_to_catch_up)
        except Refusal as mistake:
            return self._refused(request, mistake, self.sessions.default)
        begun = self._answer_in(session, request, refusal)
        return begun if isinstance(begun, Reply) else await begun

    def _answer_in(self, session: Session, request: Request, refusal: Refusal | None) -> Begun:
        if refusal is not None:
            return self._refused(request, refusal, session)
        if request.method == "OPTIONS" and self._has_cors(request, session):
            preflight = cors.preflight(request)
            if preflight is not None:  # not in the journal, since browsers cache preflights: they send few
                return self._with_common_headers(preflight, request, session, session.now())
        journal = None if self._is_unmocked_path(request.path) else session.journal
        entry = _new_entry(request, session, journal)
        begun = self._operate(request, session, entry, self._turns)
        if isinstance(begun, Reply):
            if session.engine.needs_answers:
                self._record_answer(request, session, entry, begun)
            return self._complete(journal, entry, begun, request, session)
        if journal is not None:
            journal.add(entry, request.size_of_headers())
        return self._complete_later(journal, entry, begun, request, session)

    async def _complete_later(
        self,
        journal: Journal | None,
        entry: Entry,
        waiting: Coroutine[Any, Any, Reply],
        request: Request,
        session: Session,
    ) -> Reply:
        reply = await waiting
        if session.engine.needs_answers:
            self._record_answer(request, session, entry, reply)
        return self._complete(journal, entry, reply, request, session)

    def dry_run(self, request: Request, session: Session) -> InSteps[tuple[Entry, Trace]]:
        """Return the journal entry and trace that a request would produce now, in steps. The session does not change.

        Delays advance the clock of a copy of the session. The entry has no answer if the request would never get one.
        Raises Unreadable for a path outside the mocked APIs.
        """
        twin = session.copy()
        twin.scenario = replace(twin.scenario, latency="virtual")
        try:
            return (yield from self.operate_in_steps(request, twin))
        finally:
            twin.engine.forget_queries()

    def operate_in_steps(self, request: Request, session: Session) -> InSteps[tuple[Entry, Trace]]:
        """Answer a request in steps, in a session with virtual latency. Return its entry and trace.

        The entry is not added to the journal. It has no answer if the request would never get one. Raises Unreadable
        for a path outside the mocked APIs.
        """
        if self._is_unmocked_path(request.path):
            raise Unreadable("path", "is not a path of the mocked API")
        if session.is_timed():
            yield from session.steps_to_catch_up() or ()
        trace = Trace(session.engine.rule_list, session.clock.frozen_at)
        entry = _entry(request, session, trace)
        operating = self._operate(request, session, entry, NestedTurns())
        reply = operating if isinstance(operating, Reply) else (yield from _reply_of(operating))
        if reply is not None:
            if session.engine.needs_answers:
                self._record_answer(request, session, entry, reply)
            now = session.now()
            sent = self._with_common_headers(reply, request, session, now)
            entry.answer = RecordedAnswer(now, sent.status, sent.content_type, sent.headers, sent.body, sent.delivery)
        return entry, trace

    def refuse(self, request: Request, refusal: Refusal) -> Reply:
        """Return the complete answer to a malformed request, in the error format of the API of its path.

        Unlike `answer`, it is synchronous: if it creates a session with bookings, other requests wait.
        """
        return self._refused(request, refusal, self._session_of_malformed(request))

    def refuse_method(self, request: Request) -> Reply:
        """Return the complete answer to a request whose method no path answers. It is synchronous, as `refuse` is."""
        session = self._session_of_malformed(request)
        return self._refused(request, self._router.refusal(request.method, request.path), session)

    def _session_of_malformed(self, request: Request) -> Session:
        try:
            return self.sessions.get(self._take_session_id(request))
        except Refusal:
            return self.sessions.default

    def _refused(self, request: Request, refusal: Refusal, session: Session) -> Reply:
        journal = None if self._is_unmocked_path(request.path) else session.journal
        entry = _new_entry(request, session, journal)
        reply = self._render_error(refusal, None, request, session, entry)
        return self._complete(journal, entry, reply, request, session)

    def _record_answer(self, request: Request, session: Session, entry: Entry, reply: Reply) -> None:
        """Record the answer of a mocked API for the rules that depend on earlier answers."""
        if not session.engine.needs_answer(entry.operation, reply.status):
            return
        api = self._mocked.get(entry.operation or "")
        if api is not None:
            match = self._router.find(request.method, request.path)
            facts = entry.trace.facts if entry.trace is not None else None
            try:  # noqa: SIM105  # `suppress` takes 1 µs
                session.engine.record_answer(
                    facts or api.facts_of(request, session, match), reply.status, session.now()
                )
            except OutOfRoom:  # the request has taken effect, so its answer stays; the next one is refused
                pass

    def _is_unmocked_path(self, path: str) -> bool:
        """Return True for a path outside the mocked APIs, such as those of the admin API and the pages.

        Requests without a route have a path too. The operation of a route is in `_mocked` or in `_unmocked`.
        """
        return path.startswith(self._unmocked_bases) or path in self._unmocked_paths

    def _complete(
        self, journal: Journal | None, entry: Entry, reply: Reply, request: Request, session: Session
    ) -> Reply:
        """Return the complete reply, after it was recorded, counted, logged and published as an event.

        A request that has not waited is added to the journal together with its answer, which saves 1 µs.
        """
        now = session.now()
        if journal is not None and entry.trace is not None and "prefer" in request.headers:
            if not entry.is_kept:  # an explanation is found by the number of the entry
                journal.add(entry, request.size_of_headers())
            reply = _with_explanation_link(reply, entry, session) if wants_explanation(request) else reply
        sent = self._with_common_headers(reply, request, session, now)
        answer = RecordedAnswer(now, sent.status, sent.content_type, sent.headers, sent.body, sent.delivery)
        if journal is not None and entry.number:
            journal.complete(entry, answer)
        else:
            entry.answer = answer
            if journal is not None:
                journal.add(entry, request.size_of_headers())
        seconds = perf_counter() - entry.timer_start
        self._meter.count((entry.operation, sent.status, entry.rule, entry.faults), seconds)
        if _requests.isEnabledFor(logging.INFO):
            _log_request(session, entry, seconds)
        if session.event_bus.live and entry.is_kept:
            session.event_bus.publish(Event(session.id, session.now(), entry, entry.size))
        return sent

    def _with_common_headers(self, reply: Reply, request: Request, session: Session, now: Instant) -> Reply:
        """Return the reply with the headers that every answer carries."""
        origin = request.headers.get("origin", cors.ANY) if self._has_cors(request, session) else None
        common = _find_common_headers((now // SECOND, origin))
        headers = _merge_headers(reply.headers, common) if reply.headers else common
        return Reply(reply.status, reply.body, reply.content_type, headers, reply.delivery)

    def _has_cors(self, request: Request, session: Session) -> bool:
        """Return True if pages of other origins may read the answer: for mocked APIs, as the scenario says."""
        return self._access.shares(request) if request.path.startswith(ADMIN_BASE) else session.scenario.cors

    @staticmethod
    def _take_session_id(request: Request) -> str:
        """Remove the base path of a session from the path of a request, and return the id of the session.

        Without a base path, the header names the session. Raises Unreadable.
        """
        id = request.headers.get(SESSION_HEADER)
        if request.path.startswith(_SESSION_BASE):
            id, slash, rest = request.path[len(_SESSION_BASE) :].partition("/")
            request.path = slash + rest
        if id is None:
            return DEFAULT
        check_session_id(id, "session")
        return id

    def _operate(self, request: Request, session: Session, entry: Entry, turns: Turns) -> Begun:
        """Return the reply of the operation, or a coroutine that returns it if it may take time. Raises nothing."""
        api: Api | None = None
        try:
            match = self._router.find(request.method, request.path)
            entry.operation = operation = match.route.operation
            mocked = self._mocked.get(operation)
            if mocked is not None:
                api = mocked
                mocked.admit(request, session)
                begin = run_prepared if needs_preparation(request, session, match) else run_mocked
                begun: Begun = begin(mocked, request, session, match, entry, turns)
            else:
                api = self._unmocked[operation]
                denied = self._access.refusal(request, operation)
                begun = run_unmocked(api, request, session, match, turns) if denied is None else denied
        except Exception as error:  # noqa: BLE001  # the client gets an answer, and the log the traceback
            return self._render_error(error, api, request, session, entry)
        return begun if isinstance(begun, Reply) else self._await_reply(begun, api, request, session, entry)

    async def _await_reply(
        self, waiting: Coroutine[Any, Any, Reply], api: Api, request: Request, session: Session, entry: Entry
    ) -> Reply:
        try:
            return await waiting
        except Exception as error:  # noqa: BLE001  # the client gets an answer, and the log the traceback
            return self._render_error(error, api, request, session, entry)

    def _render_error(
        self, error: Exception, api: Api | None, request: Request, session: Session, entry: Entry
    ) -> Reply:
        """Return the reply for a refusal, which is recorded, or for a defect, which is logged."""
        if not isinstance(error, Refusal):
            shown = Mask(suspects_all=True).text(request.path)
            _log.error("a defect while answering %s %s", request.method, shown, exc_info=error)
            return (api or self._api_at(request.path, "")).render_refusal(OwnDefect(), session)
        if entry.trace is not None:
            entry.trace.record_refusal(error)
        nearest = error.nearest.partition(" ")[2] if isinstance(error, UnknownPath) else ""
        return (api or self._api_at(request.path, nearest)).render_refusal(error, session)

    def _api_at(self, *paths: str) -> Api:
        """Return the API of the first path that lies under a base path. By default, return the last API."""
        return next(
            (api for path in paths for api in self._apis for base in api.bases if base and path.startswith(base)),
            self._apis[-1],
        )


def _reply_of(operating: Coroutine[Any, Any, Reply]) -> InSteps[Reply | None]:
    """Run an operation with NestedTurns in steps. Return its reply, or None if there would never be one."""
    with suppress(CancelledError):
        return (yield from operating.__await__())
    return None


def _new_entry(request: Request, session: Session, journal: Journal | None) -> Entry:
    """Return the entry of a request that begins now. It has a trace if the journal will keep it."""
    if journal is None or not journal.keeps:
        return _entry(request, session, None)
    return _entry(request, session, Trace(session.engine.rule_list, session.clock.frozen_at))


def _entry(request: Request, session: Session, trace: Trace | None) -> Entry:
    return Entry(
        session.now(),
        request.method,
        request.path,
        request.query,
        request.headers,
        request.body,
        request.fields,
        request.waiting,
        trace,
        perf_counter(),
    )


def _with_explanation_link(reply: Reply, entry: Entry, session: Session) -> Reply:
    """Return the reply with a link to its explanation."""
    base = "" if session.id == DEFAULT else f"{_SESSION_BASE}{session.id}"
    link = f'<{base}{ADMIN_BASE}/requests/{entry.number}/explain>; rel="describedby"'
    return Reply(reply.status, reply.body, reply.content_type, (*reply.headers, ("Link", link)), reply.delivery)


def _merge_headers(headers: Headers, common: Headers) -> Headers:
    """Return the headers of an answer and those common to all answers. If both have a name, the answer's own wins."""
    own = {name.lower() for name, _ in headers}
    return headers + tuple(pair for pair in common if pair[0].lower() not in own)


def _log_request(session: Session, entry: Entry, seconds: float) -> None:
    """Log an answered request and its duration: at INFO if the journal has it, else at DEBUG."""
    about = {"session": session.id, **render_summary(entry, unmasked=False), "duration": round(seconds, 6)}
    target = f"{about['path']}?{about['query']}" if about["query"] else about["path"]
    level = logging.INFO if entry.is_kept else logging.DEBUG
    _requests.log(level, "%s %s %s", entry.method, target, about["status"], extra={ABOUT: about})


def _common_headers(second_and_origin: tuple[int, str | None]) -> Headers:
    """Return the headers common to all answers to an origin within a second. CORS headers need an origin."""
    second, origin = second_and_origin
    common = (("Date", render_http_date(second * SECOND)), NOSNIFF)
    return common if origin is None else (*common, *cors.headers_for(origin))


_find_common_headers: Final = BoundedCache(_common_headers).__getitem__
