"""Laws of explanations: a described request is explained as it is answered when it is sent."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockgms.http.messages import Request
from mockgms.scenario.catalog import Catalog
from tests.live import dispatcher_of

SCENARIO = Catalog().parse("""
description: For a law.
clock: {now: 2026-03-02T08:55:00Z, frozen: true}
latency: virtual
services:
  sales: {capacity: 1, throttle: [{limit: 2, per: 5m}], per_number_per_day: 2, lifecycle: {queued: 1m}}
rules:
  - {name: second, when: {operation: schedule}, per: phone, skip: 1, times: 1, then: {fault: server_error}}
  - {name: chance, chance: 30%, then: [{fault: delay, min: 1s, max: 90s}]}
  - {name: rival, when: {version: v1}, chance: 30%, then: {fault: rival, seats: 1}}
  - {name: lost, chance: 20%, phase: after, then: {fault: respond, status: 502, body: gone}}
  - {name: limit, then: {fault: rate_limit, limit: 3, per: 1m, key: phone}}
""")
V1 = "/genesys/1/service/callback/sales"
TIMES = st.sampled_from([None, "2026-03-02T09:00:00Z", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z"])
PHONES = st.sampled_from(["+15550001234", "+15550001235"])
REQUESTS = st.one_of(
    st.builds(lambda phone, at: ("POST", V1, {"_customer_number": phone, "_desired_time": at}), PHONES, TIMES),
    st.builds(
        lambda phone, at: (
            "POST",
            "/callbacks/create",
            {"serviceName": "sales", "phoneNumber": phone, "desiredTime": at},
        ),
        PHONES,
        TIMES,
    ),
    st.sampled_from([("GET", f"{V1}/availability", None), ("GET", V1, None)]),
)


@pytest.mark.slow
@settings(max_examples=30)
@given(st.lists(REQUESTS, min_size=1, max_size=8))
def test_the_explanation_of_a_described_request_equals_that_of_the_sent_request(
    requests: list[tuple[str, str, dict[str, Any] | None]],
) -> None:
    dispatcher = dispatcher_of(SCENARIO)

    def send(method: str, path: str, body: object) -> Any:
        sent = b"" if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        return asyncio.run(dispatcher.answer(Request(method, path, "unmasked=true", headers, sent)))

    for id, (method, path, fields) in enumerate(requests, 1):
        headers = {"content-type": "application/json"}
        described = {"method": method, "path": path, "query": "unmasked=true", "headers": headers, "fields": fields}
        before = json.loads(send("POST", "/__admin/explain", described).body)
        send(method, path, fields)
        after = json.loads(send("GET", f"/__admin/requests/{id}/explain", None).body)
        for each in before, after:
            del each["id"], each["paragraph"]
        assert before == after
