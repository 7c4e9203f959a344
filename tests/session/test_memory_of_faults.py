"""The storage of a rule's fault is bounded."""

from mockgms.domain.allowance import Allowance
from mockgms.scenario.recent import MOST
from mockgms.session.session import Memory


def test_the_storage_of_a_fault_drops_its_oldest_values() -> None:
    allowance = Allowance()
    memory = Memory(allowance, {"first": 1, "second": 2})
    used = allowance.used
    assert used > 0
    for number in range(MOST):
        memory[f"{number:05d}"] = number
    assert (len(memory), "first" in memory, "second" in memory) == (MOST, False, False)
    most = allowance.used
    memory["another"] = 1
    memory["another"] = 2
    assert (len(memory), memory["another"]) == (MOST, 2)
    assert abs(allowance.used - most) < used
