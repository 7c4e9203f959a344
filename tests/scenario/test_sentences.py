import pytest

from mockgms.scenario.rulebook import parse_armed_rule
from mockgms.scenario.rules import Rule
from mockgms.scenario.sentences import sentence


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("then: {fault: server_error}", "Requests fail with 500."),
        (
            'when: {operation: schedule, phone: "+1555*"}, then: {fault: throttle, retry_after: 30}',
            "Bookings from +1555* are refused with 429 and Retry-After 30 s.",
        ),
        ("then: {fault: throttle, form: missing}", "Requests are refused with 429 and Retry-After missing."),
        (
            "when: {operation: [schedule, cancel], version: v3, service: sales}, then: {fault: hang}, times: 1",
            "Bookings or cancellations by v3 for sales get no answer, once.",
        ),
        (
            "when: {operation: queues, api_key: K}, then: {fault: empty}",
            "Queues requests with the key K get an empty answer.",
        ),
        (
            "per: phone, skip: 1, times: 1, then: {fault: server_error}",
            "Requests fail with 500, after the first one of each number, once for each number.",
        ),
        ("skip: 2, times: 2, then: {fault: disconnect}", "Requests lose their connection, after the first 2, twice."),
        ("times: 0, then: {fault: garbage}", "Requests get an answer that is not JSON, never."),
        (
            "times: 3, chance: 20%, then: {fault: slot_conflict}",
            "Requests are refused with 400: the slot is full, 3 times, in 20% of the cases.",
        ),
        (
            "chance: 0.5, then: {fault: office_closed}",
            "Requests are refused with 400: the office is closed, in 50% of the cases.",
        ),
        ("phase: after, then: {fault: truncate}", "Requests get 50% of the answer, after they have taken effect."),
        (
            'during: {daily: "10:00-11:00"}, then: {fault: rival, seats: 2}',
            "Requests meet rivals who take 2 seats before, during daily 10:00-11:00.",
        ),
        ('when: {header: {X-A: "1"}}, then: {fault: slow_body}', "Requests with header X-A 1 get the answer slowly."),
        ("when: {phone: [a, b, c]}, then: {fault: hang}", "Requests from a or 2 others get no answer."),
        ("when: {phone: [a, b]}, then: {fault: hang}", "Requests from a or b get no answer."),
        ("then: [{fault: delay, by: 5s}, {fault: respond, status: 502}]", "Requests wait 5s and get 502 from a proxy."),
        ("then: {fault: delay, min: 1s, max: 2s}", "Requests wait 1s to 2s."),
        ("then: {fault: delay, median: 1s, p99: 2s}", "Requests wait about 1s."),
        ("then: {fault: rate_limit, limit: 5, per: 30s}", "Requests are refused with 429 beyond 5 per 30s."),
    ],
)
def test_a_rule_is_said_in_one_sentence(rule: str, says: str) -> None:
    parsed, _ = parse_armed_rule(f"{{name: x, {rule}}}", "<body>")
    assert sentence(parsed) == says


def test_keys_and_faults_without_words_are_shown_as_they_are_written() -> None:
    rule = Rule("x", (), written={"name": "x", "unless": {"phone": "1"}, "then": {"fault": "new_one"}})
    assert sentence(rule) == "Requests meet new one, unless phone 1."
    assert sentence(Rule("x", (), written={"name": "x", "then": "new_one"})) == "Requests meet new one."
