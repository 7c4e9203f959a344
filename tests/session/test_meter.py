from mockgms.session.meter import BOUNDS, OTHER, AnswerKind, Meter


def kind(operation: str | None = "v1.schedule", rule: str | None = None, *faults: str) -> AnswerKind:
    return AnswerKind(operation, 200, rule, faults)


def test_answers_are_counted_by_their_kind() -> None:
    meter = Meter()
    for each in kind(), kind(None), kind(), kind("v1.schedule", "down", "delay", "server_error"):
        meter.count(each, 0.0)
    assert meter.answers == {
        kind(): 2,
        kind(None): 1,
        kind("v1.schedule", "down", "delay", "server_error"): 1,
    }


def test_times_are_counted_by_operation_up_to_the_bound_that_they_reach() -> None:
    meter = Meter()
    for seconds in 0.0, BOUNDS[0], 0.0002, 31.0:
        meter.count(kind(), seconds)
    meter.count(kind("v1.cancel"), 0.5)
    counts = meter.times["v1.schedule"].counts
    assert (counts[0], counts[1], counts[-1], sum(counts)) == (2, 1, 1, 4)
    assert meter.times["v1.schedule"].total == 31.0003
    assert meter.times["v1.cancel"].total == 0.5


def test_answers_of_rules_beyond_the_first_thousand_are_counted_together() -> None:
    meter = Meter()
    for number in range(2_000):
        meter.count(kind("v1.schedule", f"rule-{number}", "hang"), 0.0)
    meter.count(kind("v1.cancel"), 0.0)
    assert len(meter.answers) == 1_002
    assert meter.answers[kind("v1.schedule", OTHER)] == 1_000
    assert meter.answers[kind("v1.cancel")] == 1
