import pytest

from mockgms.domain.callback import Callback, ScheduleCallback, State, state_by_clock
from mockgms.domain.instants import MINUTE
from mockgms.domain.queue import queue_place
from mockgms.domain.service import Lifecycle, Service

QUEUED_AT = 1_772_438_400_000  # 2026-03-02T08:00Z


@pytest.mark.parametrize(
    ("after", "state"),
    [
        (-1, State.SCHEDULED),
        (0, State.QUEUED),
        (2 * MINUTE - 1, State.QUEUED),
        (2 * MINUTE, State.ROUTING),
        (3 * MINUTE - 1, State.ROUTING),
        (3 * MINUTE, State.PROCESSING),
        (8 * MINUTE - 1, State.PROCESSING),
        (8 * MINUTE, State.COMPLETED),
    ],
)
def test_the_state_of_a_callback_follows_its_lifecycle(after: int, state: State) -> None:
    lifecycle = Lifecycle(queued=2 * MINUTE, routing=MINUTE, processing=5 * MINUTE)
    assert state_by_clock(QUEUED_AT, lifecycle, QUEUED_AT + after) is state


@pytest.mark.parametrize(
    ("lifecycle", "state"),
    [
        (Lifecycle(), State.QUEUED),
        (Lifecycle(queued=0), State.ROUTING),
        (Lifecycle(queued=0, routing=0), State.PROCESSING),
        (Lifecycle(queued=0, routing=0, processing=0), State.COMPLETED),
        (Lifecycle(routing=0, processing=0), State.QUEUED),
    ],
)
def test_a_callback_stays_in_a_state_without_a_duration(lifecycle: Lifecycle, state: State) -> None:
    assert state_by_clock(QUEUED_AT, lifecycle, QUEUED_AT + 1_000_000 * MINUTE) is state


def test_states_have_the_names_of_the_real_api() -> None:
    assert [str(state) for state in State] == ["SCHEDULED", "QUEUED", "ROUTING", "PROCESSING", "COMPLETED"]


def test_queued_at_is_the_time_of_the_place() -> None:
    callback = Callback("id", "sales", "5115", 0, QUEUED_AT + 2 * MINUTE, queue_place(QUEUED_AT, 7))
    assert callback.queued_at == QUEUED_AT


def test_commands_and_callbacks_are_immutable() -> None:
    callback = Callback("id", "sales", "5115", 0, 0, queue_place(0, 1))
    command = ScheduleCallback(Service("sales"), "5115")
    for value in (callback, command):
        with pytest.raises(AttributeError):
            value.number = "5116"  # type: ignore[misc]
    with pytest.raises(TypeError):
        command.properties["first_name"] = "Ann"  # type: ignore[index]
