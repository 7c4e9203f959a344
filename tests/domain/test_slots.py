from weakref import ref

from mockgms.domain.slots import Availability, DaySlots, Run, Slot

FREE, FULL, LAST = Slot(0, 2, 5), Slot(900, 0, 5), Slot(1800, 5, 5)


def render(slot: Slot) -> bytes:
    return f"{slot.start}:{slot.free}".encode()


def test_the_slots_of_a_day_keep_their_order() -> None:
    assert DaySlots(iter([FREE, FULL, LAST])).slots == (FREE, FULL, LAST)


def test_the_slots_with_seats_are_those_that_are_not_full() -> None:
    assert DaySlots([FREE, FULL, LAST]).with_seats.slots == (FREE, LAST)


def test_with_seats_of_a_day_without_full_slots_is_the_day_itself() -> None:
    day = DaySlots([FREE, LAST])
    assert day.with_seats is day


def test_a_day_is_rendered_once_for_each_key() -> None:
    day = DaySlots([FREE, FULL])
    first = day.rendered("v1", render)
    assert first == (b"0:2", b"900:0")
    assert day.rendered("v1", lambda _: b"never") is first
    assert day.rendered("v2", lambda _: b"another") == (b"another", b"another")


def test_a_period_includes_its_start_but_not_its_end() -> None:
    day = DaySlots([FREE, FULL, LAST])
    assert day.within(0, 1800) == Run(day, 0, 2)
    assert day.within(1, 1801) == Run(day, 1, 3)
    assert day.within(901, 1800) == Run(day, 2, 2)


def test_a_run_is_a_part_of_its_day() -> None:
    run = Run(DaySlots([FREE, FULL, LAST]), 1, 3)
    assert (run.length, run.slots) == (2, (FULL, LAST))


def test_the_slots_of_an_availability_are_those_of_its_runs_in_order() -> None:
    day = DaySlots([FREE, FULL])
    tomorrow = DaySlots([LAST])
    availability = Availability((Run(day, 1, 2), Run(tomorrow, 0, 1)))
    assert tuple(availability.slots) == (FULL, LAST)
    assert availability.any_free


def test_an_availability_caches_its_rendering() -> None:
    availability = Availability((Run(DaySlots([FREE, FULL]), 0, 2),))
    joined = availability.rendered("v1", render, b",")
    assert joined == b"0:2,900:0"
    assert availability.rendered("v1", lambda _: b"never", b"never") is joined


def test_a_cached_rendering_is_not_prepared_again() -> None:
    availability = Availability((Run(DaySlots([FREE, FULL]), 0, 2),))
    rendered: list[int] = []

    def count(slot: Slot) -> bytes:
        rendered.append(slot.start)
        return render(slot)

    list(availability.prepare("v1", count))
    availability.rendered("v1", count, b",")
    list(availability.prepare("v1", count))
    assert rendered == [FREE.start, FULL.start]


def test_a_rendering_of_more_than_128_kb_is_not_cached() -> None:
    availability = Availability((Run(DaySlots([FREE, FULL]), 0, 2),))
    long = availability.rendered("v1", lambda _: b"x" * 65_536, b",")
    again = availability.rendered("v1", render, b",")
    assert len(long) == 131_073
    assert again == long
    assert again is not long


def test_an_availability_without_slots_or_with_only_full_slots_has_nothing_free() -> None:
    assert not Availability((Run(DaySlots([FULL]), 0, 1),)).any_free
    assert not Availability(()).any_free


def test_an_unused_day_is_freed_from_memory_at_once() -> None:
    day = DaySlots([Slot(0, 1, 1)])
    assert day.with_seats is day
    gone = ref(day)
    del day
    assert gone() is None


def test_renderings_are_cached_for_at_most_8_keys() -> None:
    day = DaySlots([FREE])
    availability = Availability((day.within(0, 900),))
    rendered: list[Slot] = []

    def count(slot: Slot) -> bytes:
        rendered.append(slot)
        return render(slot)

    for key in (*range(8), *range(8), 8, 0):
        assert availability.rendered(key, count, b",") == b"0:2"
    assert len(rendered) == 10


def test_renderings_are_cached_if_they_have_at_most_128_kb_together() -> None:
    availability = Availability((DaySlots([FREE, FULL]).within(0, 1800),))

    def joined(first: int) -> bytes:
        return availability.rendered(first, lambda slot: b"x" * (65_536 if slot is FULL else first), b",")

    assert len(joined(65_535)) == 128 * 1024
    assert joined(65_535) is joined(65_535)
    assert joined(65_536) == joined(65_536)
    assert joined(65_536) is not joined(65_536)


def test_renderings_are_prepared_day_by_day_unless_they_are_cached() -> None:
    availability = Availability(tuple(DaySlots([each]).within(0, 3600) for each in (FREE, FULL)))
    assert len(list(availability.prepare("v1", render))) == 2
    assert availability.rendered("v1", lambda _: b"never", b",") == b"0:2,900:0"
    assert len(list(availability.prepare("v1", render))) == 0
