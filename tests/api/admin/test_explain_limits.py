from typing import Any

import pytest

from mockgms.domain.instants import HOUR
from mockgms.domain.service import Service, ThrottleWindow
from mockgms.scenario.model import ClockStart, Scenario
from tests.api.admin.explaining import ANN, CLOCK, TEN, V1, ExplainingApi
from tests.conftest import NOW


@pytest.fixture
def api() -> ExplainingApi:
    return ExplainingApi()


def test_an_explanation_has_the_limits_before_and_after_the_request(api: ExplainingApi) -> None:
    for _ in range(3):
        api.send("POST", V1.replace("sales", "busy"), f"_customer_number=%2B1555000123{_}")
    second, third = api.why(2), api.why(3)
    of: dict[str, Any] = {"service": "busy", "per": None, "ends": None}
    throttle = of | {"name": "throttle", "limit": 2, "per": "5m", "ends": "2026-03-02T09:00:00.000Z"}
    assert second["limits"] == [
        of | {"name": "in_queue_check", "limit": 2, "before": 0, "after": 1},
        of | {"name": "max_queued", "limit": 4, "before": 1, "after": 2},
        throttle | {"before": 1, "after": 2},
        of | {"name": "per_number_per_day", "limit": 3, "before": 0, "after": 1},
    ]
    assert third["limits"][2] == throttle | {"before": 2, "after": 2}
    assert third["paragraph"].startswith(
        "Refused with 429 because busy was at its limit of starts within 5m, for another 300 s. "
        "Callbacks of the number that wait at busy: 0 of 2. Callbacks queued at busy: 2 of 4. "
        "Starts at busy within 5m: 2 of 2. Starts of the number at busy on this date: 0 of 3. Rule number"
    )
    assert "Starts at busy within 5m: 1 of 2, then 2." in second["paragraph"]


def test_a_scheduled_callback_counts_only_towards_in_queue_check(api: ExplainingApi) -> None:
    api.send("POST", V1.replace("sales", "busy"), f"{ANN}&{TEN}")
    of: dict[str, Any] = {"service": "busy", "per": None, "ends": None}
    assert api.why()["limits"] == [of | {"name": "in_queue_check", "limit": 2, "before": 0, "after": 1}]


def test_an_explanation_has_only_the_limits_that_the_service_has() -> None:
    services = (
        Service("a", max_queued=1),
        Service("b", per_number_per_day=1),
        Service("c", throttles=(ThrottleWindow(1, HOUR),)),
        Service("d"),
    )
    clock = ClockStart(NOW, frozen=True)
    api = ExplainingApi(Scenario("test", "For a test.", {service.name: service for service in services}, clock=clock))
    names = []
    for id, service in enumerate(services, 1):
        api.send("POST", V1.replace("sales", service.name), ANN)
        names.append([level["name"] for level in api.why(id)["limits"]])
    assert names == [["max_queued"], ["per_number_per_day"], ["throttle"], []]


def test_an_explanation_says_how_many_requests_a_rate_limit_had_left() -> None:
    limit = "{fault: rate_limit, limit: 1, per: 1m}"
    api = ExplainingApi(
        f"description: x\nclock: {{now: 2026-03-02T08:55:00Z, frozen: true}}\nrules: [{{name: r, then: {limit}}}]"
    )
    for _ in range(2):
        api.send("GET", V1)
    first, second = api.why(1), api.why(2)
    of = {"rule": "r", "limit": 1, "full_in": 60}
    assert first["rate_limit"] == of | {"left_before": 1, "left_after": 0}
    assert second["rate_limit"] == of | {"left_before": 0, "left_after": 0}
    assert first["paragraph"] == (
        "Answered with 200, affected by the rule r (rate_limit). Requests left of the limit of 1: 1, then 0. "
        f"Rule r fired: match 1. {CLOCK}"
    )
    assert second["paragraph"] == (
        "Refused with 429 because the limit of 1 requests was reached, for another 60 s, by the rule r (rate_limit). "
        f"Requests left of the limit of 1: 0, then 0. Rule r fired: match 2. {CLOCK}"
    )


def test_a_rate_limit_after_a_fault_that_answers_is_not_in_the_explanation() -> None:
    stub = "{fault: respond, headers: {X-RateLimit-Limit: x}}"
    rule = f"{{name: r, then: [{stub}, {{fault: rate_limit, limit: 1, per: 1m}}]}}"
    api = ExplainingApi(f"description: x\nrules: [{rule}]")
    api.send("GET", V1)
    assert api.why()["rate_limit"] is None
