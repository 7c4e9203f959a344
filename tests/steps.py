"""Sequences of requests that are sent to two sessions, to compare their answers."""

import asyncio
import json
from typing import Any, NamedTuple

from hypothesis import strategies as st

from mockgms.api.dispatcher import Dispatcher
from mockgms.http.messages import Reply, Request

SCENARIO = """
description: A session with something of everything.
seed: 7
clock: {now: 2026-03-02T08:55:00Z, frozen: true}
latency: virtual
services:
  sales: {capacity: 1, lifecycle: {queued: 60s, routing: 30s, processing: 5m}}
  support:
    capacity: 3
    throttle: [{limit: 2, per: 10m}, {limit: 4, per: 1h}]
    per_number_per_day: 3
    max_queued: 3
    in_queue_check: true
  full: {capacity: 2, booked: {share: 50%, days: 1}}
  "*": {capacity: 2, booked: {share: 10%, days: 1}}
rules:
  - {name: gateway, when: {operation: availability}, then: {fault: rate_limit, limit: 2, per: 1m, key: phone}}
  - {name: second, when: {operation: schedule}, per: phone, skip: 1, times: 2, then: {fault: server_error}}
  - {name: flaky, chance: 30%, then: [{fault: delay, min: 1s, max: 1m}, {fault: respond, body: "${now} ${phone}"}]}
"""

_JSON = {"content-type": "application/json"}
_V1 = "/genesys/1/service/callback"
_DAY = "2026-03-02T"
_RULE = {
    "name": "armed",
    "per": "phone",
    "skip": 1,
    "for": "3m",
    "then": {"fault": "rate_limit", "limit": 1, "per": "5m"},
}


class Step(NamedTuple):
    """One request. `callback` chooses the callback for `{id}` in the path: 0 is the newest, modulo their number."""

    method: str
    path: str
    body: Any = None
    callback: int | None = None


_services = st.sampled_from(["sales", "support", "full", "new"])
_phones = st.sampled_from(["+14155550101", "+14155550102"])
_times = st.sampled_from([None, *(f"{_DAY}{hour}Z" for hour in ("08:56", "09:00", "09:20", "10:00", "07:00"))])
_which = st.integers(0, 5)


def _v1(service: str, phone: str, time: str | None) -> Step:
    desired = {} if time is None else {"_desired_time": time}
    return Step("POST", f"{_V1}/{service}", {"_customer_number": phone, "level": "gold", **desired})


def _v3(service: str, phone: str, time: str | None) -> Step:
    body = {"serviceName": service, "phoneNumber": phone, "desiredTime": time, "userData": {"a": {"b": [1, None]}}}
    return Step("POST", "/engagement/v3/callbacks/create", body)


STEPS = st.one_of(
    st.builds(_v1, _services, _phones, _times),
    st.builds(_v3, _services, _phones, _times),
    st.builds(lambda service: Step("GET", f"{_V1}/{service}/availability"), _services),
    st.builds(lambda service: Step("GET", f"/__admin/slots?service={service}"), _services),
    st.builds(
        lambda which, time: Step("PUT", f"{_V1}/sales/{{id}}", {"_new_desired_time": time, "level": ""}, which),
        _which,
        _times,
    ),
    st.builds(
        lambda which, phone: Step("PUT", f"{_V1}/sales/{{id}}", {"_customer_number": phone}, which), _which, _phones
    ),
    st.builds(lambda which: Step("DELETE", f"{_V1}/sales/{{id}}", None, which), _which),
    st.builds(
        lambda which, state: Step("PATCH", "/__admin/callbacks/{id}", {"state": state}, which),
        _which,
        st.sampled_from(["QUEUED", "ROUTING", "PROCESSING"]),
    ),
    st.builds(
        lambda which: Step("PATCH", "/__admin/callbacks/{id}", {"state": "COMPLETED", "reason": "BUSY"}, which), _which
    ),
    st.builds(
        lambda by: Step("POST", "/__admin/clock/advance", {"by": by}), st.sampled_from(["1s", "45s", "2m", "20m", "1d"])
    ),
    st.builds(
        lambda time: Step("PUT", "/__admin/clock", {"now": f"{_DAY}{time}Z"}),
        st.sampled_from(["08:55", "08:57", "09:05"]),
    ),
    st.builds(
        lambda service, time: Step("PUT", "/__admin/slots", {"service": service, "start": time, "closed": True}),
        _services,
        st.sampled_from([f"{_DAY}09:00Z", f"{_DAY}10:00Z"]),
    ),
    st.just(Step("POST", "/__admin/rules", _RULE)),
    st.builds(lambda name: Step("DELETE", f"/__admin/rules/{name}"), st.sampled_from(["armed", "second", "gateway"])),
    st.just(Step("PUT", "/__admin/rules/second")),
    st.builds(lambda name: Step("GET", f"{_V1}?__fault={name}"), st.sampled_from(["server_error", "garbage"])),
    st.just(Step("GET", "/__admin/callbacks")),
    st.just(Step("GET", "/__admin/rules")),
    st.just(Step("GET", "/__admin/services")),
    st.just(Step("POST", "/__admin/reset")),
)

SEQUENCES = st.lists(STEPS, max_size=12)
LOOKS = [
    Step("GET", "/__admin/callbacks"),
    Step("GET", "/__admin/rules"),
    Step("GET", "/__admin/services"),
    Step("GET", "/__admin/clock"),
    Step("GET", "/__admin/scenario"),
    *(Step("GET", f"/__admin/slots?service={service}&all=true") for service in ("sales", "support", "full", "new")),
]


# A fixed example beside the generated ones: full windows, a queue that some have left, inline faults.
BEFORE = [
    *(_v1("support", phone, None) for phone in ("+14155550101", "+14155550102", "+14155550103", "+14155550104")),
    *(_v1("sales", phone, None) for phone in ("+14155550105", "+14155550106", "+14155550107")),
    *(Step("PATCH", "/__admin/callbacks/{id}", {"state": "ROUTING"}, which) for which in range(3)),
    Step("GET", f"{_V1}?__fault=garbage"),
    Step("POST", "/__admin/rules", _RULE),
    Step("POST", "/__admin/rules", {**_RULE, "name": "later", "for": "1h"}),
    Step("DELETE", "/__admin/rules/second"),
]
AFTER = [
    *(_v1("support", phone, None) for phone in ("+14155550108", "+14155550101", "+14155550109")),
    *(_v1("sales", phone, None) for phone in ("+14155550105", "+14155550110")),
    Step("GET", "/__admin/callbacks"),
    Step("GET", f"{_V1}?__fault=garbage"),
    Step("GET", f"{_V1}/sales/availability"),
]


class Sender:
    """Sends requests to the sessions of one dispatcher."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self.dispatcher = dispatcher

    def send(self, method: str, path: str, body: Any = None) -> Reply:
        """Send one request, and return the answer."""
        return self.send_text(method, path, "" if body is None else json.dumps(body))

    def send_text(self, method: str, path: str, body: str) -> Reply:
        """Send one request whose body is this text, and return the answer."""
        path, _, query = path.partition("?")
        return asyncio.run(self.dispatcher.answer(Request(method, path, query, dict(_JSON), body.encode())))

    def send_all(self, session: str, steps: list[Step]) -> list[Reply]:
        """Send all steps to a session, and return the answers."""
        return [self._send_step(session, step) for step in steps]

    def _send_step(self, session: str, step: Step) -> Reply:
        path = f"/s/{session}{step.path}"
        if step.callback is not None:
            known = [one.id for one in self.dispatcher.sessions.get(session).bookings.callbacks()] or ["none"]
            path = path.replace("{id}", known[-1 - step.callback % len(known)])
        return self.send(step.method, path, step.body)
