import pytest

from mockgms.scenario.catalog import Catalog
from mockgms.scenario.rulebook import parse_armed_rule
from mockgms.scenario.rules import Rule
from mockgms.scenario.sentences import sentence


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("then: {fault: server_error}", "Requests fail with 500."),
        (
            'when: {operation: schedule, phone: "+1555*"}, then: {fault: throttle, retry_after: 30}',
            "Bookings from +1555* are refused with 429 and Retry-After 30.",
        ),
        ("then: {fault: throttle, form: missing}", "Requests are refused with 429 and Retry-After missing."),
        ("then: {fault: throttle, form: http_date}", "Requests are refused with 429 and Retry-After 30s as a date."),
        ("then: rival", "Requests meet rivals who take all of the slot's seats just before."),
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
        ("skip: 2, times: 2, then: {fault: disconnect}", "Requests lose the connection, after the first 2, twice."),
        ("times: 0, per: phone, then: hang", "Requests get no answer, never."),
        ("when: {operation: '*'}, then: hang", "Requests get no answer."),
        (
            "when: {operation: '*'}, unless: {operation: '*', version: v1}, then: hang",
            "Requests get no answer, except those by v1.",
        ),
        ("times: 0, then: {fault: garbage}", "Requests get an answer that is not JSON, never."),
        (
            "times: 3, chance: 20%, then: {fault: slot_conflict}",
            "Requests are refused with 400: the slot is full, 3 times, in 20% of the cases.",
        ),
        (
            "chance: 0.5, then: {fault: office_closed}",
            "Requests are refused with 400: the office is closed, in 50% of the cases.",
        ),
        ("when: {operation: estimated_wait_time}, then: hang", "Wait queries get no answer."),
        ("when: {operation: call_in}, then: hang", "Call_in requests get no answer."),
        ("phase: after, then: {fault: truncate}", "Requests get 50% of the answer, after taking effect."),
        (
            'during: {daily: "10:00-11:00"}, then: {fault: rival, seats: 2}',
            "Requests meet rivals who take 2 of the slot's seats just before, during daily 10:00-11:00.",
        ),
        (
            'when: {header: {X-A: "1"}}, then: {fault: slow_body}',
            "Requests with header X-A 1 get the answer in pieces of 16 bytes, one every 200ms.",
        ),
        ("when: {phone: [a, b, c]}, then: {fault: hang}", "Requests from a or 2 others get no answer."),
        ("when: {phone: [a, b]}, then: {fault: hang}", "Requests from a or b get no answer."),
        (
            "then: [{fault: delay, by: 5s}, {fault: respond, status: 502}]",
            "Requests wait 5s and get a raw answer with 502.",
        ),
        ("then: {fault: delay, min: 1s, max: 2s}", "Requests wait 1s to 2s."),
        ("then: {fault: delay, median: 1s, p99: 2s}", "Requests wait about 1s, at times 2s."),
        ("then: {fault: rate_limit, limit: 5, per: 30s}", "Requests are refused with 429 beyond 5 per 30s."),
        ("then: {fault: error, status: 409}", "Requests are refused with 409."),
        (
            "for: 10m, then: {fault: error, refusal: number_throttled, retry_after: until_over}",
            "Requests are refused with the refusal number_throttled and Retry-After until it is over.",
        ),
        ("then: close_slots", "Requests find the requested slot closed in the calendar."),
        (
            "then: {fault: close_slots, slots: day, for: 10m}",
            "Requests find the whole day closed in the calendar for 10m.",
        ),
        ("then: {fault: fill_slots, slots: 'Fri 12:00-18:00'}", "Requests find Fri 12:00-18:00 full in the calendar."),
        ("then: {fault: set_state, name: outage, for: 10m}", "Requests set the state outage for 10m."),
        ("then: {fault: set_state, name: outage, clear: true}", "Requests clear the state outage."),
        ("then: pass", "Requests pass."),
        ("unless: {phone: '+1*'}, then: pass", "Requests pass, except those from +1*."),
        (
            "when: {version: v3}, unless: {operation: [schedule, cancel], service: sales}, then: pass",
            "Requests by v3 pass, except bookings or cancellations for sales.",
        ),
        ("every: 3, then: hang", "Requests get no answer, every 3rd one."),
        ("every: 2, per: phone, then: hang", "Requests get no answer, every 2nd one of each number."),
        (
            "sequence: [server_error, [{fault: delay, by: 1s}, throttle], pass]",
            (
                "Requests fail with 500, then wait 1s and are refused with 429 and Retry-After 30s, then pass,"
                " then the rule is over."
            ),
        ),
        ("per: phone, sequence: [hang]", "Requests get no answer, then the rule is over, separately for each number."),
        ("sequence: [hang, pass], at_end: repeat", "Requests get no answer, then pass, again and again."),
        ("sequence: [hang, pass], at_end: last", "Requests get no answer, then pass from then on."),
        (
            "per: session, choose: [{weight: 1, then: hang}, {weight: 2, then: pass}]",
            "Requests get no answer (33.3%) or pass (66.7%).",
        ),
        ("after: {operation: cancel}, then: hang", "Requests get no answer, after cancellations."),
        ("after: {}, then: hang", "Requests get no answer, after requests."),
        ("per: phone, after: {}, for: 1m, then: hang", "Requests get no answer, after requests of the same number."),
        (
            "per: phone, after: {operation: [cancel], status: [2xx, 409], count: 3, within: 10m}, for: 5m, then: hang",
            "Requests get no answer, after 3 cancellations answered with 2xx or 409 within 10m of the same number.",
        ),
        ("per: [phone, slot], then: hang", "Requests get no answer, separately for each number and slot."),
        (
            "per: [{header: X-User}, {user_data: email}, {query: q}], times: 1, then: hang",
            "Requests get no answer, once for each header X-User and user data email and query q.",
        ),
        ("when: {state: [a, b]}, then: hang", "Requests in the state a or b get no answer."),
        (
            "when: {slot: {first_free: true}}, then: hang",
            "Requests for a slot that is the first free one get no answer.",
        ),
        (
            "when: {slot: {refused_before: true}}, then: hang",
            "Requests for a slot that was refused before get no answer.",
        ),
        (
            "when: {slot: {free: {at_least: 1, at_most: 2}, first_free: false, refused_before: false}}, then: pass",
            (
                "Requests for a slot that has at least 1 and at most 2 free seats and that is not the first free one"
                " and that was not refused before pass."
            ),
        ),
        (
            "when: {caller: {callbacks: {}}}, then: hang",
            "Requests from callers with at least 1 callback get no answer.",
        ),
        ("when: {slot: {free: {at_least: 1}}}, then: pass", "Requests for a slot that has at least 1 free seat pass."),
        (
            "when: {caller: {callbacks: {state: [QUEUED, ROUTING, PROCESSING], at_least: 1, at_most: 3}}}, then: pass",
            "Requests from callers with at least 1 and at most 3 QUEUED, ROUTING or PROCESSING callbacks pass.",
        ),
        (
            "when: {caller: {callbacks: {state: [QUEUED, ROUTING], today: true, at_most: 2}}}, then: hang",
            "Requests from callers with at most 2 QUEUED or ROUTING callbacks today get no answer.",
        ),
    ],
)
def test_a_rule_is_described_in_one_sentence(rule: str, expected: str) -> None:
    parsed, _ = parse_armed_rule(f"{{name: x, {rule}}}", "<body>")
    assert sentence(parsed) == expected


def test_keys_and_faults_without_a_phrase_are_shown_as_written() -> None:
    rule = Rule("x", (), written={"name": "x", "new_key": {"phone": "1"}, "then": {"fault": "new_one"}})
    assert sentence(rule) == "Requests meet new one, new_key phone 1."
    assert sentence(Rule("x", (), written={"name": "x", "then": "new_one"})) == "Requests meet new one."


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("for: 5m, then: hang", "Requests get no answer, for 5m from the first time on."),
        (
            "after: {operation: find}, for: 5m, then: hang",
            "Requests get no answer, after searches, for 5m from then on.",
        ),
    ],
)
def test_the_sentence_about_a_rule_of_a_file_says_how_long_it_lasts(rule: str, expected: str) -> None:
    scenario = Catalog().parse(f"description: x\nrules: [{{name: x, {rule}}}]", "<body>")
    assert [sentence(each) for each in scenario.rules] == [expected]
