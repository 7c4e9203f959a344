import re
from weakref import ref

import pytest

from mockgms.domain.callback import ScheduleCallback
from mockgms.domain.capacity import Capacity
from mockgms.domain.instants import HOUR, MINUTE, parse_instant
from mockgms.domain.service import Booked, Preset, Service
from mockgms.scenario.coverage import RuleCounts
from mockgms.scenario.model import ClockStart, Scenario
from mockgms.scenario.rules import Rule
from mockgms.session import DEFAULT, Session, Sessions
from mockgms.session.event_bus import Change, Event, Subscription
from mockgms.session.journal import Entry
from tests.scenario.facts import Facts, decide

NOW = parse_instant("2026-03-02T09:00:00.000Z")
UUID4 = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


def scenario(service: Service | None = None, seed: int = 0) -> Scenario:
    services = {} if service is None else {service.name: service}
    return Scenario("test", "For a test.", services, seed=seed, clock=ClockStart(NOW, frozen=True))


class Timer:
    """A monotonic clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_ids_are_random_uuids_and_the_same_for_the_same_seed() -> None:
    one, same, other = Session("a", scenario()), Session("b", scenario()), Session("c", scenario(seed=1))
    ids = [one.new_id() for _ in range(3)]
    assert ids == [same.new_id() for _ in range(3)]
    assert len({*ids, other.new_id()}) == 4
    assert all(re.fullmatch(UUID4, id) for id in ids)


def book(session: Session) -> str:
    service = session.bookings.service("sales")
    return session.bookings.schedule(ScheduleCallback(service, "+15551234"), session.now()).id


def test_the_id_of_a_callback_does_not_depend_on_the_answers_before_it() -> None:
    one, other = Session("a", scenario()), Session("b", scenario())
    one.new_id()
    assert book(one) == book(other)


def test_a_reset_restores_the_clock_the_calendar_and_the_ids() -> None:
    session = Session("a", scenario())
    first = book(session)
    session.clock.advance(HOUR)
    session.reset()
    assert (session.now(), list(session.bookings.callbacks()), book(session)) == (NOW, [], first)


def full_by(share: float, seed: int = 0) -> Session:
    return Session("a", scenario(Service(name="sales", booked=Booked(share, 1)), seed))


@pytest.mark.parametrize(("share", "taken"), [(0.0, 0), (0.5, 240), (1.0, 480)])
def test_generated_customers_take_their_share_of_the_seats(share: float, taken: int) -> None:
    assert len(list(full_by(share).bookings.callbacks("sales"))) == taken


def test_a_service_has_at_most_10000_generated_customers() -> None:
    service = Service(name="sales", capacity=Capacity(1_000_000), booked=Booked(1.0, 1))
    assert len(list(Session("a", scenario(service)).bookings.callbacks())) == 10_000


def test_generated_customers_are_the_same_for_the_same_seed() -> None:
    one, same, other = (list(full_by(0.5, seed).bookings.callbacks()) for seed in (1, 1, 2))
    assert one == same
    assert [callback.slot for callback in one] != [callback.slot for callback in other]


def test_a_service_that_is_provisioned_gets_its_customers_when_it_is_first_used() -> None:
    given = Scenario("test", "For a test.", fallback=Service(booked=Booked(1.0, 1)), clock=ClockStart(NOW, frozen=True))
    session = Session("a", given)
    assert list(session.bookings.callbacks()) == []
    session.bookings.queued(session.bookings.service("new"), session.now())
    assert len(list(session.bookings.callbacks("new"))) == 480


def test_a_session_is_created_once() -> None:
    sessions = Sessions(scenario())
    assert sessions.get("one") is sessions.get("one")
    assert sessions.get("one") is not sessions.get("two")


def ids(sessions: Sessions) -> list[str]:
    return [session.id for session in sessions]


def test_the_least_recently_used_session_is_forgotten_when_there_are_too_many() -> None:
    sessions = Sessions(scenario(), limit=2)
    for id in ("one", "two", "one", "three"):
        sessions.get(id)
    assert ids(sessions) == ["default", "one", "three"]


def test_an_idle_session_is_forgotten() -> None:
    timer = Timer()
    sessions = Sessions(scenario(), idle=3_600, timer=timer)
    sessions.get("one")
    timer.seconds = 1_800
    sessions.get("two")
    timer.seconds = 3_600
    sessions.get("three")
    assert ids(sessions) == ["default", "two", "three"]


def test_the_default_session_is_never_forgotten() -> None:
    timer = Timer()
    sessions = Sessions(scenario(), limit=1, timer=timer)
    first = sessions.get("default")
    timer.seconds = 10_000
    sessions.get("one")
    assert sessions.get("default") is first


def test_only_sessions_of_a_scenario_get_its_new_version_and_keep_their_callbacks() -> None:
    old, new, other = scenario(), scenario(seed=1), scenario(seed=2)
    sessions = Sessions(old)
    sessions.get("one")
    sessions.get("two").use(other)
    booked = book(sessions.get("one"))
    sessions.replace(old, new)
    assert [session.scenario for session in sessions] == [new, other, new]
    assert [callback.id for callback in sessions.get("one").bookings.callbacks()] == [booked]
    assert sessions.get("three").scenario is new


def test_a_new_version_reaches_sessions_whose_scenario_is_not_that_of_new_sessions() -> None:
    first, old, new = scenario(), scenario(seed=1), scenario(seed=2)
    sessions = Sessions(first)
    sessions.get("one").use(old)
    sessions.replace(old, new)
    assert [session.scenario for session in sessions] == [first, new]
    assert sessions.get("two").scenario is first


def test_the_sessions_of_a_broken_scenario_publish_its_first_mistakes() -> None:
    broken = scenario()
    sessions = Sessions(broken)
    sessions.get("one")
    sessions.get("two").use(scenario(seed=2))
    reading = Subscription(sessions.event_bus, None, lambda: None)
    sessions.report_broken(broken, map(str, range(11)))
    change = Change("scenario", "broken", {"name": broken.name, "mistakes": list(map(str, range(10)))})
    events = [event for _, event in reading.take(9) if isinstance(event, Event)]
    assert [(event.session, event.content) for event in events] == [("default", change), ("one", change)]


def test_the_mistakes_in_the_file_of_a_scenario_are_known_until_its_next_version() -> None:
    first = scenario()
    sessions = Sessions(first)
    sessions.report_broken(scenario(seed=2), ["a mistake in another file"])
    assert sessions.mistakes_in_file(first) == ()
    sessions.report_broken(first, map(str, range(11)))
    assert sessions.mistakes_in_file(first) == list(map(str, range(10)))
    assert sessions.mistakes_in_file(scenario(seed=2)) == ()
    second = scenario(seed=3)
    sessions.replace(first, second)
    assert (sessions.mistakes_in_file(first), sessions.mistakes_in_file(second)) == ((), ())


def test_a_started_session_counts_as_used() -> None:
    sessions = Sessions(scenario(), limit=2)
    other = scenario(seed=1)
    for id in ("one", "two", "one", "three"):
        assert sessions.start(id, other).scenario is other
    assert ids(sessions) == ["default", "one", "three"]
    assert sessions.get("one").scenario is other


def test_a_started_session_has_the_customers_of_its_scenario() -> None:
    prefilled = scenario(Service("sales", booked=Booked(share=0.5, days=1)))
    assert len(Sessions(scenario()).start("one", prefilled).bookings) > 0


def test_a_session_that_is_started_again_is_the_same_session_without_callbacks() -> None:
    sessions = Sessions(scenario())
    for id in ("default", "one"):
        before = sessions.get(id)
        book(before)
        assert sessions.start(id, sessions.scenario) is before
        assert list(before.bookings.callbacks()) == []


def test_a_fork_continues_from_the_state_of_the_other_session_independently() -> None:
    sessions = Sessions(scenario())
    first = book(sessions.get("one"))
    two = sessions.fork("two", sessions.get("one"))
    assert [callback.id for callback in two.bookings.callbacks()] == [first]
    assert book(two) == book(sessions.get("one"))
    sessions.get("one").clock.advance(HOUR)
    assert (two.now(), ids(sessions)) == (NOW, ["default", "two", "one"])


def test_a_fork_replaces_the_state_of_an_existing_session() -> None:
    sessions = Sessions(scenario())
    one, other = sessions.get("one"), scenario(seed=1)
    sessions.start("two", other)
    assert sessions.fork("one", sessions.get("two")) is one
    assert (one.scenario, sessions.get("two").scenario) == (other, other)


def test_a_fork_of_the_session_that_makes_room_for_it_has_its_journal() -> None:
    sessions = Sessions(scenario(), limit=1)
    other = sessions.get("one")
    other.journal.add(Entry(NOW, "GET", "/", "", {}, b"", {}))
    assert len(list(sessions.fork("two", other).journal)) == 1
    assert ids(sessions) == ["default", "two"]


def test_a_fork_of_a_session_onto_itself_changes_nothing() -> None:
    sessions = Sessions(scenario())
    booked = book(sessions.get("default"))
    fork = sessions.fork("default", sessions.get("default"))
    assert [callback.id for callback in fork.bookings.callbacks()] == [booked]


def test_a_fork_of_a_session_with_a_new_scenario_has_the_old_services_until_a_reset() -> None:
    old, new = (
        scenario(Service("sales", capacity=Capacity(1))),
        scenario(Service("sales", capacity=Capacity(2)), seed=1),
    )
    sessions = Sessions(old)
    sessions.replace(old, new)
    fork = sessions.fork("two", sessions.get("default"))
    assert (fork.scenario, fork.bookings.service("sales").capacity) == (new, Capacity(1))
    fork.reset()
    assert fork.bookings.service("sales").capacity == Capacity(2)


def test_a_session_can_be_deleted_and_deleting_the_default_one_resets_it() -> None:
    sessions = Sessions(scenario())
    for id in ("default", "one"):
        book(sessions.get(id))
        sessions.delete(id)
        assert list(sessions.get(id).bookings.callbacks()) == []
    with pytest.raises(KeyError):
        sessions.delete("two")
    assert ("default" in sessions, "one" in sessions, "two" in sessions) == (True, True, False)


def test_the_coverage_of_a_forgotten_session_is_kept() -> None:
    sessions = Sessions(Scenario("test", "For a test.", rules=(Rule("r", ()),)), limit=1)
    for id in ("a", "b", "c", DEFAULT):
        decide(sessions.get(id).engine, Facts("schedule", "v1"), NOW)
    sessions.delete("c")
    sessions.delete(DEFAULT)
    assert (sessions.coverage().rules(), len(list(sessions))) == ([RuleCounts("r", "test", None, 4, 4)], 1)


def test_a_session_starts_with_the_preset_slots_of_its_services() -> None:
    slots = (
        Preset(NOW + HOUR + 7 * MINUTE, free=1),
        Preset(NOW + 2 * HOUR, free=0, closed=True),
        Preset(NOW + 3 * HOUR, free=9),
    )
    session = Session("a", scenario(Service(name="sales", capacity=Capacity(2), booked=Booked(1.0, 1), slots=slots)))
    service = session.bookings.service("sales")
    calendar = session.bookings.calendar(service)
    assert [calendar.slot_of(NOW + hours * HOUR).free for hours in (1, 2, 3, 4)] == [1, 0, 2, 0]
    assert [calendar.is_closed(NOW + hours * HOUR) for hours in (1, 2)] == [False, True]


def test_preset_slots_have_bookings_before_the_service_is_used() -> None:
    service = Service(name="sales", slots=(Preset(NOW + HOUR, free=3), Preset(NOW, closed=True)))
    session = Session("a", scenario(service))
    assert [callback.slot for callback in session.bookings.callbacks()] == [NOW + HOUR] * 2


def test_a_slot_with_a_million_seats_can_be_preset_as_full() -> None:
    service = Service(name="sales", capacity=Capacity(1_000_000), slots=(Preset(NOW + HOUR, free=0),))
    session = Session("a", scenario(service))
    assert session.bookings.slot_of(service, NOW + HOUR).free == 0


def test_a_copy_of_a_session_gives_the_same_ids_and_is_independent() -> None:
    session = Session("a", scenario(Service("sales")))
    book(session)
    copy = session.copy()
    copy.clock.advance(HOUR)
    copy.engine.arm(Rule("mine", ()))
    copy.memory["mine"] = {"a": 1}
    assert (session.now(), session.engine.named("mine"), session.memory) == (NOW, None, {})
    assert (book(copy), copy.new_id()) == (book(session), session.new_id())
    assert len(session.bookings) == len(copy.bookings) == 2


def test_a_copy_has_a_separate_event_bus() -> None:
    session = Session("a", scenario(Service("sales", booked=Booked(1, 1))))
    assert session.copy().event_bus is not session.event_bus


def test_the_rules_of_a_copy_have_the_state_of_those_of_the_session() -> None:
    rules = (Rule("once", (), times=1), Rule("gone", ()), Rule("back", (), per="phone", skip=1))
    session = Session("a", Scenario("test", "For a test.", rules=rules))
    decide(session.engine, Facts("schedule", "v1"), NOW)
    session.engine.fire(rules[0], Facts("schedule", "v1"))
    session.engine.disarm("gone")
    session.engine.arm(Rule("armed", (), times=0), NOW + 1)
    copy = session.copy()
    assert (copy.engine.tallies(), copy.engine.disarmed()) == (session.engine.tallies(), session.engine.disarmed())
    firings = [
        [decide(engine, Facts("schedule", "v1"), NOW) for _ in range(3)] for engine in (copy.engine, session.engine)
    ]
    assert firings[0] == firings[1]
    assert copy.engine.fire(rules[0], Facts("x", "v1")) == session.engine.fire(rules[0], Facts("x", "v1"))


def test_a_deleted_session_is_freed_immediately() -> None:
    sessions = Sessions(Scenario("test", "For a test."))
    session = sessions.get("one")
    service = session.bookings.service("sales")
    session.bookings.book_without_limits(ScheduleCallback(service, "4155550100"), session.now())
    gone = [ref(part) for part in (session, session.bookings, session.engine, session.journal)]
    del session
    sessions.delete("one")
    assert [part() for part in gone] == [None] * 4


def test_a_session_that_is_started_in_steps_replaces_one_that_was_created_meanwhile() -> None:
    sessions = Sessions(scenario())
    service = Service("sales", booked=Booked(share=0.5, days=1))
    making = sessions.start_in_steps("a", scenario(service))
    next(making)
    meanwhile = sessions.get("a")
    assert len(meanwhile.bookings) == 0
    assert set(making) <= {None}
    assert sessions.get("a") is not meanwhile
    assert len(sessions.get("a").bookings) > 0


def test_a_session_that_starts_over_in_steps_keeps_its_old_state_until_the_last_step() -> None:
    session = Session("a", scenario())
    service = Service("sales", booked=Booked(share=0.5, days=1))
    using = session.use_in_steps(scenario(service))
    next(using)
    assert (len(session.bookings), session.scenario) == (0, scenario())
    assert set(using) <= {None}
    assert len(session.bookings) > 0


def test_copies_of_a_session_find_their_own_callbacks_by_number() -> None:
    session = Session("a", scenario(Service("sales")))
    command = ScheduleCallback(session.bookings.service("sales"), "+1415", NOW + HOUR)
    session.bookings.schedule(command, NOW)
    copy = session.copy()
    copy.bookings.schedule(command, NOW)
    session.bookings.schedule(command, NOW)
    session.bookings.schedule(command, NOW)
    found = [len(list(each.bookings.callbacks(number="+1415"))) for each in (session, copy)]
    assert found == [3, 2]
