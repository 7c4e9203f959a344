"""The storage of a rule's fault is bounded."""

from mockgms.domain.allowance import Allowance
from mockgms.scenario.recent import MAX_KEYS
from mockgms.session.session import Memory


def test_the_storage_of_a_fault_drops_its_oldest_values() -> None:
    allowance = Allowance()
    memory = Memory(allowance)
    memory.update({"first": 1, "second": 2})
    used = allowance.used
    assert used > 0
    for number in range(MAX_KEYS):
        memory[f"{number:05d}"] = number
    assert (len(memory), "first" in memory, "second" in memory) == (MAX_KEYS, False, False)
    most = allowance.used
    memory["another"] = 1
    memory["another"] = 2
    assert (len(memory), memory["another"]) == (MAX_KEYS, 2)
    assert abs(allowance.used - most) < used


def test_a_copy_of_the_storage_of_a_fault_is_independent_and_is_not_counted_again() -> None:
    allowance, kept = Allowance(), Memory(Allowance())
    kept.update({"first": 1, "second": 2})
    copy = Memory.copy_of(kept, allowance)
    assert (copy, list(copy), allowance.used) == (kept, ["first", "second"], 0)
    copy["third"] = 3
    assert ("third" in kept, allowance.used > 0) == (False, True)
