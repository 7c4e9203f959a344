from hypothesis import given
from hypothesis import strategies as st

from mockgms.domain.queue import Queue, moved, queue_place, queued_at, turn

times = st.integers(-50, 50)


def test_a_place_has_a_time_and_a_turn() -> None:
    place = queue_place(1_772_438_400_000, 7)
    assert (queued_at(place), turn(place)) == (1_772_438_400_000, 7)


def test_a_place_can_have_a_time_before_1970() -> None:
    place = queue_place(-5, 7)
    assert (queued_at(place), turn(place)) == (-5, 7)


def test_places_are_ordered_by_time_and_then_by_turn() -> None:
    assert sorted([queue_place(2, 1), queue_place(1, 3), queue_place(1, 2)]) == [
        queue_place(1, 2),
        queue_place(1, 3),
        queue_place(2, 1),
    ]


def test_a_moved_place_keeps_its_turn() -> None:
    assert moved(queue_place(1, 7), 9) == queue_place(9, 7)


def test_a_place_joins_the_queue_at_its_time() -> None:
    queue = Queue(None)
    queue.add(queue_place(10, 1))
    assert [queue.length(9), queue.length(10), queue.length(1_000)] == [0, 1, 1]


def test_a_place_leaves_the_queue_if_the_clock_is_set_back() -> None:
    queue = Queue(None)
    queue.add(queue_place(10, 1))
    queue.add(queue_place(20, 2))
    assert [queue.length(20), queue.length(15), queue.length(5), queue.length(20)] == [2, 1, 0, 2]


def test_a_place_leaves_the_queue_when_its_stay_is_over() -> None:
    queue = Queue(stays=5)
    queue.add(queue_place(10, 1))
    queue.add(queue_place(12, 2))
    assert [queue.length(14), queue.length(15), queue.length(17)] == [2, 1, 0]
    assert queue.position(queue_place(12, 2), 14) == 2
    assert queue.position(queue_place(12, 2), 15) == 1


def test_a_place_that_is_removed_before_its_time_never_joins() -> None:
    queue = Queue(None)
    queue.add(queue_place(10, 1))
    queue.remove(queue_place(10, 1))
    assert queue.length(10) == 0


def test_removing_a_place_moves_up_those_behind_it() -> None:
    queue = Queue(None)
    for turn_taken in (1, 2, 3):
        queue.add(queue_place(10, turn_taken))
    assert queue.position(queue_place(10, 3), 10) == 3
    queue.remove(queue_place(10, 2))
    assert [queue.position(queue_place(10, 3), 10), queue.length(10)] == [2, 2]


def test_a_removed_place_can_be_added_again_before_its_time() -> None:
    queue = Queue(None)
    queue.add(queue_place(10, 1))
    queue.remove(queue_place(10, 1))
    queue.add(queue_place(10, 1))
    assert [queue.length(9), queue.length(10)] == [0, 1]


def test_a_removed_place_can_be_added_again_after_its_time() -> None:
    queue = Queue(None)
    queue.add(queue_place(10, 1))
    queue.remove(queue_place(10, 1))
    assert [queue.length(10), queue.length(5)] == [0, 0]
    queue.add(queue_place(10, 1))
    assert queue.length(10) == 1


def test_a_place_that_is_removed_while_the_clock_is_set_back_does_not_join_again() -> None:
    queue = Queue(None)
    queue.add(queue_place(10, 1))
    assert [queue.length(10), queue.length(5)] == [1, 0]
    queue.remove(queue_place(10, 1))
    assert queue.length(10) == 0


@given(
    st.one_of(st.none(), st.integers(0, 30)),
    st.lists(
        st.one_of(st.tuples(st.just("add"), times), st.tuples(st.sampled_from(["remove", "ask"]), times)), max_size=40
    ),
)
def test_a_queue_has_the_places_whose_time_has_come_and_whose_stay_is_not_over(
    stays: int | None, steps: list[tuple[str, int]]
) -> None:
    queue = Queue(stays)
    places: list[int] = []
    for number, (step, value) in enumerate(steps):
        if step == "add":
            places.append(queue_place(value, number))
            queue.add(places[-1])
        elif step == "remove" and places:
            queue.remove(places.pop(value % len(places)))
        else:
            queued = sorted(
                place
                for place in places
                if queued_at(place) <= value and (stays is None or value < queued_at(place) + stays)
            )
            assert queue.length(value) == len(queued)
            assert [queue.position(place, value) for place in queued] == list(range(1, len(queued) + 1))


@given(st.lists(times, min_size=60, max_size=120), st.sets(st.integers(0, 119)), times)
def test_many_places_that_join_at_once_have_the_same_positions_as_one_by_one(
    joins: list[int], leave: set[int], now: int
) -> None:
    at_once, one_by_one = Queue(20), Queue(20)
    places = [queue_place(time, number) for number, time in enumerate(joins)]
    for place in places:
        at_once.add(place)
        one_by_one.add(place)
        one_by_one.length(now)
    for number in leave & set(range(len(places))):
        at_once.remove(places[number])
        one_by_one.remove(places[number])
    for moment in (now, now - 30, now + 30, now):
        assert at_once.length(moment) == one_by_one.length(moment)
        left = [place for number, place in enumerate(places) if number not in leave]
        assert [at_once.position(place, moment) for place in left] == [
            one_by_one.position(place, moment) for place in left
        ]


def test_a_place_added_to_a_copy_is_not_in_the_original() -> None:
    queue = Queue(None)
    queue.add(queue_place(1, 1))
    other = queue.copy()
    other.add(queue_place(1, 2))
    assert (queue.length(1), other.length(1)) == (1, 2)


def test_a_copy_of_a_queue_has_the_same_stay_and_changes_independently() -> None:
    queue = Queue(20)
    queue.add(queue_place(10, 1))
    copy = queue.copy()
    copy.add(queue_place(10, 2))
    assert (queue.length(10), copy.length(10)) == (1, 2)
    assert (queue.length(30), copy.length(30)) == (0, 0)


def test_the_remaining_places_keep_their_order_after_many_removals() -> None:
    queue = Queue(None)
    for turn_of in range(200):
        queue.add(queue_place(10, turn_of))
    for turn_of in range(180):
        queue.remove(queue_place(10, turn_of))
    assert [queue.length(9), queue.length(10)] == [0, 20]
    assert [queue.position(queue_place(10, turn_of), 10) for turn_of in (180, 199)] == [1, 20]
