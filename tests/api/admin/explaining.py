"""Explanations of requests to a dispatcher."""

import json
from collections.abc import Mapping
from typing import Any

from mockgms.http.messages import Reply
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from tests.api.admin.api import Api
from tests.live import dispatcher_of

V1 = "/genesys/1/service/callback/sales"
FORM = {"content-type": "application/x-www-form-urlencoded"}
TEN = "_desired_time=2026-03-02T10:00:00Z"
ANN = "_customer_number=%2B15550001234"
SCENARIO = """
description: For a test.
seed: 7
clock: {now: 2026-03-02T08:55:00Z, frozen: true}
services:
  sales: {timezone: Europe/Paris, capacity: 2}
  busy:
    throttle: [{limit: 2, per: 5m}, {limit: 9, per: 0s}]
    per_number_per_day: 3
    max_queued: 4
    in_queue_check: true
rules:
  - {name: number, when: {phone: "+1400*"}, then: {fault: slot_conflict}}
  - {name: key, when: {api_key: KEY-1}, then: {fault: slot_conflict}}
  - {name: once, when: {operation: find}, times: 1, then: {fault: delay, by: 2s}}
"""
CLOCK = "The clock was frozen at Mon 2 March 2026 08:55 (UTC)."
RULES = (
    "Rule number did not match: phone is +1555***1234, not +1400*. Rule key did not match: there is no api_key to "
    "match ***. Rule once did not match: operation is schedule, not find."
)
NO_RULE_ASKED = "No rule was tried: the request asked for its fault itself."
NO_RULE_REFUSED = "No rule was tried: the request was refused before the rules."
SLOT = "The slot Mon 2 March 2026 11:00 (Europe/Paris) of sales"


class ExplainingApi(Api):
    """A dispatcher whose requests are explained. They are forms by default."""

    def __init__(self, scenario: str | Scenario = SCENARIO) -> None:
        super().__init__(dispatcher_of(Catalog().parse(scenario) if isinstance(scenario, str) else scenario))

    def send(self, method: str, target: str, body: Any = b"", headers: Mapping[str, str] | None = None) -> Reply:
        return super().send(method, target, body, FORM if headers is None else headers)

    def why(self, id: int = 1, query: str = "", session: str = "") -> Any:
        reply = self.send("GET", f"{session}/__admin/requests/{id}/explain?{query}")
        assert reply.status == 200
        return json.loads(reply.body)

    def what_if(self, **described: Any) -> Any:
        reply = self.send("POST", "/__admin/explain", described)
        assert reply.status == 200
        return json.loads(reply.body)
