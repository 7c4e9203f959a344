from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mockgms.domain.hours import ALWAYS, EVERY_DAY, CalendarDay, ExtraSpan, OfficeHours, WeeklySpan

WEEKDAYS = frozenset(range(5))
FRIDAY = date(2026, 2, 27)
SATURDAY, SUNDAY, MONDAY, TUESDAY = (FRIDAY + timedelta(days=days) for days in (1, 2, 3, 4))
NINE, NOON, ONE, SIX, TEN_PM, TWO = 540, 720, 780, 1080, 1320, 120

days = st.dates(date(2026, 2, 20), date(2026, 3, 10))
minutes = st.integers(0, 1439)
ends = st.integers(0, 1440)
calendar_days = days.flatmap(
    lambda day: st.sampled_from([CalendarDay(day.month, day.day), CalendarDay(day.month, day.day, day.year)])
)
office_hours = st.builds(
    OfficeHours,
    regular=st.lists(st.builds(WeeklySpan, st.frozensets(st.integers(0, 6)), minutes, ends), max_size=3).map(tuple),
    extra=st.lists(st.builds(ExtraSpan, calendar_days, minutes, ends), max_size=2).map(tuple),
    holidays=st.lists(calendar_days, max_size=3).map(tuple),
)


def holiday(day: date) -> CalendarDay:
    return CalendarDay(day.month, day.day, day.year)


def test_by_default_the_office_is_always_open() -> None:
    assert OfficeHours().on(SUNDAY) == ((0, 1440),)


def test_without_regular_hours_the_office_is_never_open() -> None:
    assert OfficeHours(regular=()).on(MONDAY) == ()


def test_weekly_hours_apply_on_their_weekdays() -> None:
    hours = OfficeHours((WeeklySpan(WEEKDAYS, NINE, SIX),))
    assert hours.on(FRIDAY) == ((NINE, SIX),)
    assert hours.on(SATURDAY) == ()


def test_hours_with_a_lunch_break_have_two_spans() -> None:
    hours = OfficeHours((WeeklySpan(WEEKDAYS, ONE, SIX), WeeklySpan(WEEKDAYS, NINE, NOON)))
    assert hours.on(MONDAY) == ((NINE, NOON), (ONE, SIX))


def test_spans_that_overlap_or_touch_are_merged() -> None:
    overlapping = OfficeHours((WeeklySpan(EVERY_DAY, NINE, ONE), WeeklySpan(EVERY_DAY, NOON, SIX)))
    touching = OfficeHours((WeeklySpan(EVERY_DAY, NINE, NOON), WeeklySpan(EVERY_DAY, NOON, SIX)))
    within = OfficeHours((WeeklySpan(EVERY_DAY, NINE, SIX), WeeklySpan(EVERY_DAY, NOON, ONE)))
    assert overlapping.on(MONDAY) == touching.on(MONDAY) == within.on(MONDAY) == ((NINE, SIX),)


def test_hours_can_end_at_24_00() -> None:
    assert OfficeHours((WeeklySpan(WEEKDAYS, TEN_PM, 1440),)).on(MONDAY) == ((TEN_PM, 1440),)
    assert OfficeHours((WeeklySpan(WEEKDAYS, TEN_PM, 1440),)).on(SATURDAY) == ()


def test_an_end_at_or_before_the_start_lies_on_the_next_day() -> None:
    night = OfficeHours((WeeklySpan(frozenset({4}), TEN_PM, TWO),))
    assert [night.on(day) for day in (FRIDAY, SATURDAY, SUNDAY)] == [((TEN_PM, 1440),), ((0, TWO),), ()]
    round_the_clock = OfficeHours((WeeklySpan(frozenset({4}), NINE, NINE),))
    assert [round_the_clock.on(day) for day in (FRIDAY, SATURDAY, SUNDAY)] == [((NINE, 1440),), ((0, NINE),), ()]


def test_hours_of_a_sunday_night_continue_on_monday() -> None:
    assert OfficeHours((WeeklySpan(frozenset({6}), TEN_PM, TWO),)).on(MONDAY) == ((0, TWO),)


def test_a_dated_holiday_closes_its_date() -> None:
    hours = OfficeHours(ALWAYS, holidays=(CalendarDay(12, 25, 2026),))
    assert [hours.on(date(2026, 12, 25)), hours.on(date(2027, 12, 25))] == [(), ((0, 1440),)]


def test_a_holiday_without_a_year_closes_that_day_of_every_year() -> None:
    hours = OfficeHours(ALWAYS, holidays=(CalendarDay(1, 1),))
    assert [hours.on(date(2026, 1, 1)), hours.on(date(2027, 1, 1)), hours.on(date(2027, 1, 2))] == [
        (),
        (),
        ((0, 1440),),
    ]


def test_a_holiday_removes_the_night_hours_that_begin_on_it() -> None:
    hours = OfficeHours((WeeklySpan(EVERY_DAY, TEN_PM, TWO),), holidays=(holiday(SATURDAY),))
    assert hours.on(SUNDAY) == ((TEN_PM, 1440),)


def test_a_holiday_ends_the_hours_of_the_previous_night_at_midnight() -> None:
    hours = OfficeHours((WeeklySpan(EVERY_DAY, TEN_PM, TWO),), holidays=(holiday(SATURDAY),))
    assert [hours.on(FRIDAY), hours.on(SATURDAY)] == [((0, TWO), (TEN_PM, 1440)), ()]


def test_extra_hours_are_added_to_weekly_hours() -> None:
    hours = OfficeHours((WeeklySpan(WEEKDAYS, NINE, NOON),), extra=(ExtraSpan(holiday(MONDAY), NOON, SIX),))
    assert [hours.on(MONDAY), hours.on(TUESDAY)] == [((NINE, SIX),), ((NINE, NOON),)]


def test_extra_hours_apply_on_a_holiday() -> None:
    hours = OfficeHours(ALWAYS, (ExtraSpan(holiday(MONDAY), NINE, NOON),), (holiday(MONDAY),))
    assert hours.on(MONDAY) == ((NINE, NOON),)


def test_extra_hours_can_continue_after_midnight_into_a_holiday() -> None:
    hours = OfficeHours((), (ExtraSpan(holiday(MONDAY), TEN_PM, TWO),), (holiday(TUESDAY),))
    assert [hours.on(MONDAY), hours.on(TUESDAY)] == [((TEN_PM, 1440),), ((0, TWO),)]


@given(office_hours, days)
def test_the_spans_of_a_date_are_ascending_and_separate_and_within_the_day(hours: OfficeHours, day: date) -> None:
    edges = [edge for span in hours.on(day) for edge in span]
    assert edges == sorted(set(edges))
    assert all(0 <= edge <= 1440 for edge in edges)


@given(office_hours, days, minutes)
def test_a_minute_is_open_if_a_span_that_began_today_or_yesterday_contains_it(
    hours: OfficeHours, day: date, minute: int
) -> None:
    def runs(start: int, end: int, began: date) -> bool:
        length = (end - start) % 1440 or 1440
        return 0 <= minute + 1440 * (day - began).days - start < length

    def is_holiday(when: date) -> bool:
        return any((off.month, off.day) == (when.month, when.day) for off in hours.holidays)

    expected = any(
        runs(extra.start, extra.end, began)
        for began in (day, day - timedelta(days=1))
        for extra in hours.extra
        if (extra.on.month, extra.on.day) == (began.month, began.day)
    ) or any(
        runs(span.start, span.end, began)
        for began in (day, day - timedelta(days=1))
        for span in hours.regular
        if began.weekday() in span.days and not is_holiday(began) and not is_holiday(day)
    )
    assert any(start <= minute < end for start, end in hours.on(day)) == expected
