"""How long single jobs keep a server from answering anybody else: `python -m benchmarks.stalls [WORD...]`.

The server runs in a thread of this process, and a timer on its event loop fires every millisecond. Printed is, for each
job, the longest time between two of its turns: on the wall clock, and as time that the loop's own thread has computed,
which other programs on the machine do not make longer. Words choose the jobs whose names have one of them in it.
"""

import asyncio
import http.client
import json
import sys
import time
from asyncio import run_coroutine_threadsafe
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any, Final, NamedTuple, TypeAlias

from mockgms import app
from mockgms.api.dispatcher import Dispatcher
from mockgms.domain.callback import ScheduleCallback
from mockgms.domain.instants import DAY, MINUTE
from mockgms.scenario.catalog import Catalog
from mockgms.session import Session

MANY: Final = 100_000  # callbacks
_TICK: Final = 0.001  # seconds
_GIVEN: Final = """
description: For stalls.
clock: {now: 2026-03-02T08:55:00Z, frozen: true}
services:
  "*": {}
  sales: {capacity: 100000, lookup_keys: [colour]}
  brief: {time_bucket: 5, capacity: 1}
  moving: {capacity: 100000, lifecycle: {queued: 1m, routing: 1m, processing: 5m}}
  checked: {numbers: {country: US, refuse_impossible: true, refuse_premium: true}}
  strict: {in_queue_check: strict, capacity: 100000}
"""


class Pulse:
    """The turns of an event loop; `wall` and `cpu` are the longest times between two of them, in seconds."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        loop.call_soon_threadsafe(self._start)

    def _start(self) -> None:
        self.reset()
        self._turn()

    def reset(self) -> None:
        """Measure anew; on the loop."""
        self.wall = self.cpu = 0.0
        self._last = time.perf_counter(), time.thread_time()

    def _turn(self) -> None:
        now = time.perf_counter(), time.thread_time()
        self.wall = max(self.wall, now[0] - self._last[0] - _TICK)
        self.cpu = max(self.cpu, now[1] - self._last[1])
        self._last = now
        self._loop.call_later(_TICK, self._turn)


class Server(NamedTuple):
    """A server in a thread, and how to ask it."""

    port: int
    loop: asyncio.AbstractEventLoop
    dispatcher: Dispatcher
    pulse: Pulse

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, bytes]:
        """Status and body of an answer; a body that is neither bytes nor text is sent as JSON."""
        sent = body if body is None or isinstance(body, bytes | str) else json.dumps(body)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            encoded = sent.encode() if isinstance(sent, str) else sent
            connection.request(method, path, encoded, named)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def on_loop(self, work: Callable[[], None]) -> None:
        """Do something on the loop, without others."""

        async def working() -> None:
            work()

        run_coroutine_threadsafe(working(), self.loop).result()

    def session(self, id: str) -> Session:
        """The session of an id."""
        return self.dispatcher.sessions.get(id)


@contextmanager
def running() -> Iterator[Server]:
    """A server until the end of the block."""
    loop = app.event_loops()()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    catalog = Catalog()
    dispatcher = app.assemble(catalog.parse(_GIVEN, "stalls"), catalog)
    runner, port = run_coroutine_threadsafe(app.listen(dispatcher, "127.0.0.1", 0), loop).result()
    app.tune_collections()
    pulse = Pulse(loop)
    try:
        yield Server(port, loop, dispatcher, pulse)
    finally:
        run_coroutine_threadsafe(runner.stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


Job: TypeAlias = Callable[[Server], object]
JOBS: dict[str, Job] = {}


def job(function: Job) -> Job:
    """A job by the name of its function."""
    JOBS[function.__name__.replace("_", " ")] = function
    return function


def _filled(server: Server, id: str, service: str, count: int = MANY, number: str | None = None) -> str:
    """A session with so many callbacks of a service, and its base path."""
    base = f"/s/{id}"
    if id in server.dispatcher.sessions:
        return base

    def fill() -> None:
        session = server.session(id)
        found = session.bookings.service(service)
        for turn in range(count):
            phone = number or f"+1415{turn:07d}"
            desired = session.now() + (turn % 2_000) * 15 * MINUTE
            properties = {"colour": "red", "firstname": "Ada", "lastname": "Lovelace"}
            session.bookings.schedule(ScheduleCallback(found, phone, desired, properties=properties), session.now())

    server.on_loop(fill)
    return base


_FORM: Final = {"content_type": "application/x-www-form-urlencoded"}
_JSON: Final = {"content_type": "application/json"}
_START: Final = "/genesys/1/service/callback/sales"


@job
def nothing(server: Server) -> object:
    time.sleep(0.3)
    return server.ask("GET", "/__admin/health")


@job
def first_openapi(server: Server) -> object:
    return server.ask("GET", "/__admin/openapi.json")


@job
def first_docs(server: Server) -> object:
    return server.ask("GET", "/__admin/docs")


@job
def explain_described_100k(server: Server) -> object:
    base = _filled(server, "many", "sales")
    server.on_loop(server.pulse.reset)
    body = {"method": "POST", "path": _START, "fields": {"_customer_number": "+14155550100"}}
    return server.ask("POST", f"{base}/__admin/explain", body)


@job
def snapshot_read_50k(server: Server) -> object:
    base = _filled(server, "half", "sales", MANY // 2)
    server.on_loop(server.pulse.reset)
    return server.ask("GET", f"{base}/__admin/snapshot")


@job
def snapshot_use_50k(server: Server) -> object:
    base = _filled(server, "half", "sales", MANY // 2)
    _, body = server.ask("GET", f"{base}/__admin/snapshot")
    server.on_loop(server.pulse.reset)
    return server.ask("PUT", "/s/other/__admin/snapshot", body)


@job
def scenario_1500_regexes(server: Server) -> object:
    rules = "".join(
        f"- {{name: r{n}, when: {{phone: '/^\\+{n}[0-9]{{0,20}}(foo|bar){{1,5}}x$/'}}, then: {{fault: throttle}}}}\n"
        for n in range(1_500)
    )
    return server.ask("PUT", "/s/regexes/__admin/scenario", f"description: x\nrules:\n{rules}")


@job
def scenario_of_services(server: Server) -> object:
    services = "".join(
        f"  s{n}: {{capacity: 3, horizon: 7d, office_hours: [Mon-Fri 09:00-18:00]}}\n" for n in range(2_400)
    )
    return server.ask("PUT", "/s/large/__admin/scenario", f"description: x\nservices:\n{services}")


@job
def scenario_of_one_long_text(server: Server) -> object:
    return server.ask("PUT", "/s/large/__admin/scenario", f"description: '{'x' * 1_000_000}'\n")


@job
def scenario_of_rules(server: Server) -> object:
    rules = "".join(f"- {{name: r{n}, when: {{phone: '+1555{n}'}}, then: {{fault: throttle}}}}\n" for n in range(2_400))
    return server.ask("PUT", "/s/rules/__admin/scenario", f"description: x\nrules:\n{rules}")


@job
def scenario_of_globs(server: Server) -> object:
    rules = "".join(f"- {{name: r{n}, when: {{phone: '*{n}*'}}, then: {{fault: throttle}}}}\n" for n in range(2_400))
    return server.ask("PUT", "/s/rules/__admin/scenario", f"description: x\nrules:\n{rules}")


@job
def scenario_of_mistakes(server: Server) -> object:
    text = "".join(f"xyzzy{n}: 1\n" for n in range(19_000))
    return server.ask("PUT", "/s/mistakes/__admin/scenario", text)


@job
def scenario_of_repeated_keys(server: Server) -> object:
    text = "a: 1\n" * 19_000
    return server.ask("PUT", "/s/mistakes/__admin/scenario", text)


@job
def scenario_of_nesting(server: Server) -> object:
    return server.ask("PUT", "/s/mistakes/__admin/scenario", "[" * 500_000)


@job
def scenario_of_one_bad_character(server: Server) -> object:
    return server.ask("PUT", "/s/mistakes/__admin/scenario", "a: [" + "x, " * 330_000 + "\0]")


@job
def scenario_of_booked_customers(server: Server) -> object:
    services = "".join(f"  s{n}: {{capacity: 500, booked: {{share: 90%, days: 30}}}}\n" for n in range(10))
    return server.ask("PUT", "/s/booked/__admin/scenario", f"description: x\nseed: 1\nservices:\n{services}")


@job
def reset_of_booked_customers(server: Server) -> object:
    return server.ask("POST", "/s/booked/__admin/reset")


@job
def snapshot_with_a_scenario_of_1500_regexes(server: Server) -> object:
    _, body = server.ask("GET", "/s/regexes/__admin/snapshot")
    server.on_loop(server.pulse.reset)
    return server.ask("PUT", "/s/regexes/__admin/snapshot", body)


@job
def rule_of_1500_regexes(server: Server) -> object:
    phones = [f"/^\\+{n}[0-9]{{0,20}}(foo|bar){{1,5}}x$/" for n in range(1_500)]
    rule = {"name": "many", "when": {"phone": phones}, "then": {"fault": "throttle"}}
    return server.ask("POST", "/s/armed/__admin/rules", rule)


@job
def verify_full_journal(server: Server) -> object:
    for turn in range(1_000):
        server.ask("POST", f"/s/journal{_START}", {"_customer_number": f"+1415{turn:07d}", "a": "b" * 3_000}, **_JSON)
    server.on_loop(server.pulse.reset)
    order = [{"phone": f"*{turn}*", "fields": {"a": f"*c{turn}*"}} for turn in range(100)]
    return server.ask("POST", "/s/journal/__admin/verify", {"request": order[0], "at_least": 1})


@job
def verify_many_filters(server: Server) -> object:
    order = [{"phone": ["*1*", f"*{turn}*"], "path": ["*b*"] * 90 + ["*a*"]} for turn in range(99)] + [{"path": "*zz*"}]
    return server.ask("POST", "/s/journal/__admin/verify", {"order": order})


@job
def verify_phones(server: Server) -> object:
    return server.ask("POST", "/s/journal/__admin/verify", {"each_phone_booked_at_most_once": True})


@job
def coverage(server: Server) -> object:
    return server.ask("GET", "/s/rules/__admin/coverage?sessions=all")


@job
def rules_list(server: Server) -> object:
    return server.ask("GET", "/s/rules/__admin/rules")


@job
def callbacks_100k(server: Server) -> object:
    base = _filled(server, "many", "sales")
    server.on_loop(server.pulse.reset)
    return server.ask("GET", f"{base}/__admin/callbacks")


@job
def sessions_list(server: Server) -> object:
    return server.ask("GET", "/__admin/sessions")


@job
def fork_100k(server: Server) -> object:
    _filled(server, "many", "sales")
    server.on_loop(server.pulse.reset)
    return server.ask("PUT", "/__admin/sessions/fork", {"from": "many"})


@job
def forget_100k(server: Server) -> object:
    return server.ask("DELETE", "/__admin/sessions/fork")


@job
def services_list(server: Server) -> object:
    return server.ask("GET", "/s/large/__admin/services")


@job
def slot_filled(server: Server) -> object:
    base = _filled(server, "many", "sales")
    server.on_loop(server.pulse.reset)
    return server.ask("PUT", f"{base}/__admin/slots", {"service": "sales", "start": "2026-03-02T09:00:00Z", "free": 0})


@job
def slot_emptied(server: Server) -> object:
    def fill() -> None:
        session = server.session("crowded")
        service = session.bookings.service("sales")
        for turn in range(10_000):
            session.bookings.schedule(ScheduleCallback(service, f"+1415{turn:07d}", session.now() + DAY), session.now())

    server.on_loop(fill)
    server.on_loop(server.pulse.reset)
    change = {"service": "sales", "start": "2026-03-03T08:55:00Z", "free": 100_000}
    return server.ask("PUT", "/s/crowded/__admin/slots", change)


@job
def slots_of_a_year(server: Server) -> object:
    return server.ask("GET", "/__admin/slots?service=brief&days=366&all=true")


@job
def clock_jump(server: Server) -> object:
    base = _filled(server, "moving", "moving")
    server.on_loop(server.pulse.reset)
    server.ask("POST", f"{base}/__admin/clock/advance", {"by": "30d"})
    server.ask("GET", f"{base}/__admin/callbacks?service=none")
    return server.ask("GET", f"{base}/engagement/v3/callbacks/queue-status/moving")


@job
def queue_after_clock_jump(server: Server) -> object:
    base = _filled(server, "moving", "moving")
    server.ask("PUT", f"{base}/__admin/clock", {"now": "2026-03-02T08:55:00Z"})
    server.ask("GET", f"{base}/engagement/v3/estimated-wait-time?virtual-queues=moving")
    server.ask("POST", f"{base}/__admin/clock/advance", {"by": "30d"})
    server.on_loop(server.pulse.reset)
    answer = server.ask("GET", f"{base}/engagement/v3/estimated-wait-time?virtual-queues=moving")
    server.ask("PUT", f"{base}/__admin/clock", {"now": "2026-03-02T08:55:00Z"})
    server.ask("GET", f"{base}/engagement/v3/estimated-wait-time?virtual-queues=moving")
    return answer


@job
def cold_calendar_of_a_year(server: Server) -> object:
    return server.ask("GET", "/genesys/1/service/callback/brief/availability?number-of-days=366")


@job
def cold_calendar_of_a_year_v3(server: Server) -> object:
    path = "/s/v3/engagement/v3/callbacks/availability/brief?numberOfDays=366&timezone=Europe/Paris&reportBusy=true"
    return server.ask("GET", path)


@job
def rival_of_a_year(server: Server) -> object:
    path = "/genesys/2/service/callback/brief/availability?number-of-days=366&report-busy=true"
    return server.ask("GET", f"/s/rival{path}&__fault=rival")


@job
def proposals_in_a_full_calendar(server: Server) -> object:
    server.ask("GET", "/s/full/genesys/2/service/callback/brief/availability?number-of-days=366&__fault=rival")
    server.on_loop(server.pulse.reset)
    fields = {"_customer_number": "+14155550100", "_desired_time": "2026-03-04T10:00:00.000Z"}
    return server.ask("POST", "/s/full/genesys/1/service/callback/brief", fields, **_JSON)


@job
def search_all_100k(server: Server) -> object:
    base = _filled(server, "many", "sales")
    server.on_loop(server.pulse.reset)
    return server.ask("GET", f"{base}/genesys/1/service/callback/sales?colour=red")


@job
def search_none_100k(server: Server) -> object:
    return server.ask("GET", "/s/many/genesys/1/service/callback/sales?colour=blue")


@job
def queues_100k(server: Server) -> object:
    return server.ask("GET", "/s/many/genesys/1/admin/callback/queues?end_time=2027-03-03T00:00:00Z")


@job
def watermarks_100k(server: Server) -> object:
    return server.ask("GET", "/s/many/genesys/1/admin/callback/watermarks")


@job
def cancel_10k(server: Server) -> object:
    _filled(server, "cancelled", "sales", 10_000)
    ids = [each.id for each in server.session("cancelled").bookings.callbacks()]
    server.on_loop(server.pulse.reset)
    return server.ask("POST", "/s/cancelled/genesys/1/admin/callback/cancel", {"ids": ids}, **_JSON)


@job
def report_10k(server: Server) -> object:
    return server.ask("POST", "/s/cancelled/genesys/1/admin/callback/reports/cancelled", {}, **_JSON)


@job
def booking_of_a_number_with_10k(server: Server) -> object:
    base = _filled(server, "one", "sales", 10_000, "+14155550100")
    server.on_loop(server.pulse.reset)
    return server.ask("GET", f"{base}/genesys/1/service/callback/sales?_customer_number=%2B14155550100")


@job
def strict_number_with_10k(server: Server) -> object:
    base = _filled(server, "strictly", "sales", 10_000, "+14155550100")
    server.on_loop(server.pulse.reset)
    return server.ask(
        "POST", f"{base}/genesys/1/service/callback/strict", {"_customer_number": "+14155550100"}, **_JSON
    )


def _body(body: bytes, **headers: str) -> Job:
    return lambda server: server.ask("POST", f"/s/hostile{_START}", body, **headers)


def _body_v3(body: bytes, **headers: str) -> Job:
    return lambda server: server.ask("POST", "/s/hostile/engagement/v3/callbacks/create", body, **headers)


def _multi(boundary: str) -> dict[str, str]:
    return {"content_type": f"multipart/form-data; boundary={boundary}"}


def _hostile_bodies() -> Iterator[tuple[str, Job]]:
    bodies: dict[str, tuple[bytes, dict[str, str]]] = {
        "form many keys": ("&".join(f"k{n}=v" for n in range(120_000)).encode()[:1_040_000], _FORM),
        "form a[] x 200,000": (b"a[]=&" * 200_000, _FORM),
        "form userData[k]": ("&".join(f"userData[k{n}]=v" for n in range(50_000)).encode(), _FORM),
        "form a[k][0]": ("&".join(f"a[{n}][]=v" for n in range(70_000)).encode()[:1_040_000], _FORM),
        "form percent": (b"_customer_number=" + b"%41" * 340_000, _FORM),
        "form ampersands": (b"&" * 1_040_000, _FORM),
        "form brackets": (b"a" + b"[a]" * 340_000 + b"=1", _FORM),
        "form open brackets": (b"[" * 1_040_000, _FORM),
        "form deep paths": (b"&".join(b"a" + b"[b]" * 30 + b"=%d" % n for n in range(10_000)), _FORM),
        "json many keys": (json.dumps({f"k{n}": n for n in range(60_000)}).encode(), _JSON),
        "json nested": (b'{"a":' + b"[" * 500_000 + b"]" * 500_000 + b"}", _JSON),
        "json wide": (b'{"userData":{"a":[' + b"[]," * 340_000 + b"[]]}}", _JSON),
        "json objects": (b'{"a":[' + b"{}," * 340_000 + b"{}]}", _JSON),
        "json escapes": (b'{"a":"' + b"\\u0041" * 170_000 + b'"}', _JSON),
        "json digits": (b'{"a":' + b"1" * 1_000_000 + b"}", _JSON),
        "json number text": (b'{"_customer_number":"' + b"1" * 1_000_000 + b'"}', _JSON),
        "json desired text": (b'{"_customer_number":"1","_desired_time":"' + b"1" * 1_000_000 + b'"}', _JSON),
        "json user data text": (json.dumps({"userData": "[" * 500_000}).encode(), _JSON),
        "json user data keys": (json.dumps({"userData": {f"k{n}": n for n in range(60_000)}}).encode(), _JSON),
        "multipart tiny parts": (b"--x\r\n" * 200_000, _multi("x")),
        "multipart one-byte boundary": (b"--" * 520_000, _multi("-")),
        "multipart parts": (
            b"".join(b'--x\r\nContent-Disposition: form-data; name="k%d"\r\n\r\nv\r\n' % n for n in range(17_000)),
            _multi("x"),
        ),
        "multipart long head": (b"--x\r\n" + b"content-disposition:; " * 49_000, _multi("x")),
        "multipart blank heads": (b"--x\r\n" + b"content-disposition:" + b"; name" * 170_000, _multi("x")),
        "multipart newlines": (b"--x" + b"\r\n" * 500_000, _multi("x")),
        "multipart returns": (b"--x" + b"\r" * 1_000_000, _multi("x")),
        "unnamed blanks": (b" " * 1_040_000, {}),
    }
    for name, (body, headers) in bodies.items():
        yield f"v1 {name}", _body(body, **headers)
        yield f"v3 {name}", _body_v3(body, **headers)


JOBS |= dict(_hostile_bodies())


@job
def head_long_query(server: Server) -> object:
    return server.ask("GET", "/s/hostile/genesys/1/service/callback/sales?" + "a=1&" * 4_000)


@job
def head_long_path(server: Server) -> object:
    return server.ask("GET", "/s/hostile/" + "a/" * 7_900)


@job
def head_many_queues(server: Server) -> object:
    return server.ask("GET", "/s/hostile/engagement/v3/estimated-wait-time?virtual-queues=" + "a," * 7_900)


@job
def head_watermarks_of_many_names(server: Server) -> object:
    names = "&".join(f"service_name={n}" for n in range(900))
    return server.ask("GET", "/s/hostile/genesys/1/admin/callback/watermarks?" + names)


@job
def head_cookies(server: Server) -> object:
    return server.ask("GET", "/s/hostile/genesys/1/service/callback/sales", Cookie="a=1; " * 3_200)


@job
def head_inline_fault(server: Server) -> object:
    return server.ask("GET", "/s/hostile/genesys/1/service/callback/sales", X_Mockgms_Fault="[" * 16_000)


@job
def head_inline_fault_list(server: Server) -> object:
    faults = "[" + "{fault: throttle}, " * 840 + "{fault: throttle}]"
    return server.ask("GET", "/s/hostile/genesys/1/service/callback/sales", X_Mockgms_Fault=faults)


@job
def head_prefer(server: Server) -> object:
    return server.ask("GET", "/s/hostile/genesys/1/service/callback/sales", Prefer="a=b, " * 3_200)


@job
def phone_digits(server: Server) -> object:
    return server.ask(
        "POST", "/s/hostile/genesys/1/service/callback/checked", {"_customer_number": "+1" + "4" * 1_000_000}, **_JSON
    )


@job
def phone_described(server: Server) -> object:
    return server.ask("GET", "/s/hostile/genesys/1/service/callback/validate-number?number=" + "4" * 15_000)


@job
def phone_searched(server: Server) -> object:
    return server.ask("GET", "/s/hostile/genesys/1/service/callback/checked?_customer_number=" + "4" * 15_000)


@job
def events_replayed(server: Server) -> object:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", "/s/journal/__admin/events?since=0")
    answer = connection.getresponse()
    read = answer.read(100)
    connection.close()
    return answer.status, read


@job
def full_collection(server: Server) -> object:
    def collect() -> None:
        import gc

        gc.collect()

    server.on_loop(collect)
    return 0, b""


def main(words: list[str]) -> None:
    """Print a line for each job."""
    with running() as server:
        print(f"{'job':45} {'status':>6} {'bytes':>9} {'s':>7} {'wall ms':>8} {'cpu ms':>8}")
        for name, work in JOBS.items():
            if words and not any(word in name for word in words):
                continue
            server.on_loop(server.pulse.reset)
            begin = time.perf_counter()
            answered: Any = work(server)
            took = time.perf_counter() - begin
            time.sleep(2 * _TICK)
            pulse, (status, body) = server.pulse, answered
            print(
                f"{name:45} {status:6} {len(body):9} {took:7.2f} {1e3 * pulse.wall:8.0f} {1e3 * pulse.cpu:8.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
