"""The memory that sessions take, in bytes: it is limited, and freed again."""

import gc
import tracemalloc

import pytest
from msgspec.structs import replace

from mockgms.domain.allowance import COUNTER, SESSION_LIMIT, Allowance
from mockgms.domain.blocks import Block
from mockgms.domain.callback import ScheduleCallback
from mockgms.domain.instants import DAY, parse_instant
from mockgms.domain.queue import Queue, queue_place
from mockgms.domain.refusals import OutOfRoom
from mockgms.domain.service import Service
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.counts import CALLER, COUNTS
from mockgms.scenario.engine import Engine
from mockgms.scenario.facts import caller
from mockgms.scenario.model import ClockStart, Scenario
from mockgms.scenario.rules import Rule
from mockgms.session import DEFAULT, Session, Sessions
from mockgms.session.session import Memory
from tests.scenario.facts import Facts, decide

NOW = parse_instant("2026-03-02T09:00:00Z")
SCENARIO = Scenario("test", "For a test.", clock=ClockStart(NOW, frozen=True))
PER_KEY = Rule("limited", (), per="api_key")


def facts(key: str) -> Facts:
    return Facts("schedule", "v1", service="sales", api_key=key)


def fill(session: Session) -> None:
    session.allowance.add(SESSION_LIMIT - session.allowance.used)


@pytest.mark.unmeasured
def test_the_memory_of_callers_takes_room_until_the_rule_is_disarmed() -> None:
    text = """\
    description: x
    rules:
      - {name: a, per: api_key, after: {count: 1000, within: 1h}, then: hang}
      - {name: b, per: api_key, when: {slot: {refused_before: true}}, then: hang}
    """
    rules = Catalog().parse(text).rules
    allowance, other = Allowance(), Allowance()
    engine = Engine(rules, allowance=allowance)
    keys = [f"{number}".rjust(250, "k") for number in range(10)]
    tracemalloc.start()
    for each in keys:
        for turn in range(1_500):
            request = Facts("schedule", "v1", service="sales", api_key=each, slot=NOW + turn // 750)
            engine.record_answer(request, 409, NOW + turn)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken < allowance.used < 2 * taken
    used = allowance.used
    list(Engine(rules, allowance=other).restore_state_in_steps(engine.export_state()))
    assert other.used == used
    engine.disarm("a")
    assert allowance.used < 30 * 600  # the refused slots


def test_counters_of_callers_take_room_and_are_refused_without_it() -> None:
    allowance = Allowance(5 * (CALLER + COUNTS + COUNTER + 200))
    engine = Engine([PER_KEY], allowance=allowance)
    for number in range(5):
        for _ in range(2):
            decide(engine, facts(str(number)), NOW)
            engine.fire(PER_KEY, facts(str(number)))
    assert allowance.used >= 5 * (CALLER + COUNTS + COUNTER)
    allowance.add(allowance.size - allowance.used)
    with pytest.raises(OutOfRoom):
        decide(engine, facts("5"), NOW)
    with pytest.raises(OutOfRoom):
        engine.fire(PER_KEY, facts("5"))
    assert engine.fire(PER_KEY, facts("4")).match == 3


def test_an_armed_rule_takes_room_until_it_is_disarmed() -> None:
    allowance = Allowance(1_000_000)
    engine = Engine(allowance=allowance)
    large = Rule("large", (), written={"name": "large", "then": "x" * 50_000})
    engine.arm(large)
    decide(engine, facts("1"), NOW)
    assert allowance.used > 50_000
    assert engine.rule_list.size > 50_000
    engine.arm(large)
    with pytest.raises(OutOfRoom):
        engine.arm(Rule("larger", (), written={"name": "larger", "then": "x" * 100_000}))
    assert [tally.rule.name for tally in engine.tallies()] == ["large"]
    engine.disarm("large")
    assert (allowance.used, engine.rule_list.size) == (0, 0)


def test_armed_rules_take_their_room_once_when_the_scenario_is_replaced() -> None:
    allowance = Allowance()
    engine = Engine(allowance=allowance)
    engine.arm(Rule("mine", (), written={"name": "mine"}))
    used = allowance.used
    other = engine.with_rules([PER_KEY])
    assert (allowance.used, other.named("mine") is not None) == (used, True)
    other.with_rules([Rule("mine", ())])
    assert allowance.used == 0


@pytest.mark.parametrize("per", ["api_key", "service"])
def test_long_callers_are_distinguished_by_their_digests(per: str) -> None:
    long = "x" * 1_000_000
    one, other = (caller(Facts("schedule", "v1", service=text, api_key=text), per) for text in (long, long + "y"))  # type: ignore[arg-type]
    assert one != other
    assert {len(one), len(other)} == {71}
    assert caller(Facts("schedule", "v1", service="x" * 255, api_key="x" * 255), per) == "x" * 255  # type: ignore[arg-type]


def test_the_memory_of_a_fault_takes_room_once_for_each_key() -> None:
    allowance = Allowance(10_000)
    memory = Memory(allowance)
    memory["a"] = 1
    used = allowance.used
    memory["a"] = 2
    assert allowance.used == used >= COUNTER
    with pytest.raises(OutOfRoom):
        memory["b" * 10_000] = 3
    assert memory == {"a": 2}


def test_a_scenario_from_a_request_takes_room_and_one_from_a_file_does_not() -> None:
    own = Catalog().parse("description: " + "x" * 10_000)
    session = Session("a", SCENARIO)
    plain = session.allowance.used
    session.use(own)
    assert session.allowance.used > plain + 10_000
    session.use(Catalog().named("default"))
    assert session.allowance.used == plain


def test_a_reset_frees_all_room_even_if_everything_is_full() -> None:
    sessions = Sessions(SCENARIO)
    session = sessions.default
    used = session.allowance.used
    service = session.bookings.service("sales")
    session.bookings.schedule(ScheduleCallback(service, "1"), NOW)
    fill(session)
    with pytest.raises(OutOfRoom):
        session.bookings.schedule(ScheduleCallback(service, "1"), NOW)
    sessions.pool.counted += sessions.pool.size
    session.reset()
    assert (session.allowance.used, sessions.pool.used, len(session.bookings)) == (used, used, 0)


def test_when_all_sessions_together_are_full_no_other_starts_until_one_is_deleted() -> None:
    sessions = Sessions(SCENARIO)
    fill(sessions.get("one"))
    other = sessions.get("two")
    other.allowance.add(sessions.pool.size - sessions.pool.used)
    with pytest.raises(OutOfRoom) as refused:
        sessions.get("three")
    assert (refused.value.room, refused.value.limit, "three" in sessions) == ("sessions", sessions.pool.size, False)
    sessions.delete("one")
    assert sessions.get("three").scenario is SCENARIO


def test_a_scenario_without_room_does_not_replace_the_old_one() -> None:
    sessions = Sessions(SCENARIO)
    session = sessions.get("one")
    book = session.bookings.schedule(ScheduleCallback(session.bookings.service("sales"), "1"), NOW)
    fill(sessions.default)
    sessions.get("two").allowance.add(sessions.pool.size - sessions.pool.used)
    with pytest.raises(OutOfRoom):
        session.use(Catalog().parse("description: " + "x" * 1_000_000))
    assert (session.scenario, session.bookings.find(book.id)) == (SCENARIO, book)


def test_blocked_slots_take_room_until_they_end() -> None:
    session = Session("a", SCENARIO)
    bookings, service = session.bookings, session.bookings.service("sales")
    bookings.open(service)
    used = session.allowance.used
    block = Block(is_full=True, start=NOW, end=NOW + 1, until=NOW + 10)
    for until in 10, 20:
        bookings.block(service, block._replace(until=NOW + until))
    assert session.allowance.used == used + COUNTER
    for number in range(1_001):
        bookings.block(service, block._replace(end=NOW + number, until=NOW + 30))
    assert session.allowance.used == used + 1_000 * COUNTER
    bookings.expire(NOW + 30)
    assert session.allowance.used == used
    fill(session)
    with pytest.raises(OutOfRoom):
        bookings.block(service, block)
    assert bookings.calendar(service).blocks == ()


def test_a_fork_takes_as_much_room_as_the_other_session() -> None:
    sessions = Sessions(SCENARIO)
    session = sessions.get("one")
    session.bookings.schedule(ScheduleCallback(session.bookings.service("sales"), "1"), NOW)
    session.engine.arm(PER_KEY)
    decide(session.engine, facts("1"), NOW)
    session.memory_of("limited")["1"] = "bucket"
    fork = sessions.fork("three", sessions.fork("two", session))
    assert fork.allowance.used == session.allowance.used


def test_a_fork_without_room_creates_no_session() -> None:
    sessions = Sessions(SCENARIO)
    fill(sessions.get("one"))
    empty = sessions.get("two").allowance.used
    sessions.get("two").allowance.add(sessions.pool.size - sessions.pool.used - 2 * empty)
    with pytest.raises(OutOfRoom):
        sessions.fork("three", sessions.get("one"))
    assert "three" not in sessions


def test_an_export_without_room_does_not_change_the_session() -> None:
    sessions = Sessions(SCENARIO)
    session = sessions.get("one")
    session.bookings.schedule(ScheduleCallback(session.bookings.service("sales"), "1"), NOW)
    session.engine.fire(PER_KEY, facts("1"))
    session.memory_of("limited")["1"] = "bucket"
    exported = session.export_state()
    session.reset()
    used = session.allowance.used
    other = sessions.get("two")
    other.allowance.add(sessions.pool.size - sessions.pool.used)
    with pytest.raises(OutOfRoom):
        session.restore_state(exported)
    assert (len(session.bookings), session.memory) == (0, {})
    other.reset()
    session.restore_state(exported)
    assert (len(session.bookings), session.memory) == (1, {"limited": {"1": "bucket"}})
    assert session.allowance.used > used


@pytest.mark.slow
@pytest.mark.unmeasured
def test_a_callback_that_is_moved_again_and_again_takes_no_more_memory() -> None:
    hourly = Service("sales", time_bucket=60)  # fewer slots are computed faster
    session = Session("a", replace(SCENARIO, services={"sales": hourly}))
    service = session.bookings.service("sales")
    id = session.bookings.schedule(ScheduleCallback(service, "1", NOW + DAY), NOW).id
    session.bookings.reschedule(id, NOW + 2 * DAY, NOW)

    def move(days: range) -> None:
        for day in days:
            session.bookings.reschedule(id, NOW + day * DAY + day, NOW)

    move(range(1, 50))
    tracemalloc.start()
    try:
        move(range(50, 2_000))
        session.bookings.calendar(service).clear_cache()
        service.grid.clear_cache()
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < 100_000


def test_a_callback_is_found_only_by_its_last_number() -> None:
    session = Session("a", SCENARIO)
    id = session.bookings.schedule(ScheduleCallback(Service("sales"), "1"), NOW).id
    for number in range(100):
        session.bookings.update(id, {}, number=str(number))
    assert [callback.id for callback in session.bookings.callbacks(number="99")] == [id]
    assert [list(session.bookings.callbacks(number=str(number))) for number in range(99)] == [[]] * 99


def test_a_queue_does_not_count_places_that_were_removed() -> None:
    queue = Queue(None)
    for turn in range(1_000):
        queue.add(queue_place(NOW + turn, turn))
        queue.add(queue_place(NOW + turn, turn + 5_000))
        queue.remove(queue_place(NOW + turn, turn))
    assert queue.length(NOW + 2_000) == 1_000
    assert queue.position(queue_place(NOW + 10, 5_010), NOW + 2_000) == 11


def test_the_default_session_counts_in_the_pool() -> None:
    sessions = Sessions(SCENARIO)
    assert sessions.pool.used == sessions.get(DEFAULT).allowance.used > 0


def test_a_slot_is_reopened_while_another_one_stays_closed() -> None:
    session = Session("a", SCENARIO)
    calendar = session.bookings.calendar(session.bookings.service("sales"))
    starts = [calendar.slot_of(NOW + hours * 3_600_000).start for hours in (1, 2)]
    for start in starts:
        calendar.close(start)
    calendar.reopen(starts[0])
    assert calendar.closed == (starts[1],)
    calendar.reopen(starts[1])
    assert not calendar.closed


def test_the_coverage_of_all_sessions_counts_towards_one_limit_even_of_deleted_ones() -> None:
    sessions = Sessions(SCENARIO)
    for id in (DEFAULT, "one"):
        sessions.get(id).engine.arm(PER_KEY)
        sessions.get(id).engine.disarm("limited")
    used = sessions.coverage_budget.used
    sessions.delete("one")
    gc.collect()
    assert (used, sessions.coverage_budget.used) == (2 * 512, 2 * 512)
