"""Where a key belongs that stands in the wrong map: a condition beside `when`, a key of the rule in its fault."""

from collections.abc import Mapping
from typing import Any, Final

from mockgms.domain.service import Service
from mockgms.scenario.conditions import During
from mockgms.scenario.declarations import keys_of
from mockgms.scenario.examples import ExpectedAnswer, Step
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.mistakes import any_of
from mockgms.scenario.model import Scenario
from mockgms.scenario.rulebook import AfterSettings, Conditions, RuleSettings, Weighted

_CONDITION: Final = "a condition: write it in `when`"
_TIME: Final = "a time: write it in `during`, beside `then`"
_EARLIER: Final = "a condition on earlier answers: write it in `after`"
_FAULT: Final = "fault"
_FAULTS: Final = frozenset(FAULTS.values())
# For each class of a map: the classes whose keys are written there by mistake. Each has a clause that says what such a
# key is, and where it belongs.
_OWNERS: Final[Mapping[Any, tuple[tuple[Any, str], ...]]] = {
    Scenario: (
        (Service, 'a key of a service: write it in `services`, below a name, or below `"*"` for all'),
        (RuleSettings, "a key of a rule: write it in an entry of `rules`"),
    ),
    Service: ((Scenario, "a key of the scenario: write it beside `services`"),),
    RuleSettings: (
        (Conditions, _CONDITION),
        (During, _TIME),
        (AfterSettings, _EARLIER),
        (Weighted, "a key of an entry of `choose`: write it there"),
    ),
    Conditions: (
        (RuleSettings, "a key of the rule: write it beside `when`"),
        (During, _TIME),
        (AfterSettings, _EARLIER),
    ),
    AfterSettings: ((RuleSettings, "a key of the rule: write it beside `after`"),),
    Step: ((ExpectedAnswer, "expected of the answer: write it in `expect`"),),
    ExpectedAnswer: ((Step, "a key of the step: write it beside `expect`"),),
    **dict.fromkeys(_FAULTS, ((RuleSettings, "a key of the rule: write it beside `then`"), (Conditions, _CONDITION))),
}
# Of the classes above. They are looked up often: a file may have many mistakes.
_KEYS: Final[Mapping[Any, frozenset[str]]] = {kind: frozenset(keys_of(kind)) for kind in (*_OWNERS, During, Weighted)}


def where_it_belongs(key: str, kind: type) -> str:
    """Return a clause that says where an unknown key of a class belongs; empty if no other map has it either."""
    clause = _clause(key, kind)
    return f": it is {clause}" if clause else ""


def _clause(key: str, kind: type) -> str:
    faults = [f"`{name}`" for name, fault in FAULTS.items() if key in _KEYS[fault]]
    if kind is RuleSettings and key in FAULTS:
        return "a fault: write it in `then`"
    if kind is RuleSettings and (faults or key == _FAULT):
        return "a key of a fault: write it in `then`"
    clause = next((clause for owner, clause in _OWNERS.get(kind, ()) if key in _KEYS[owner]), "")
    if not clause and faults and kind in _FAULTS:
        return f"a key of the fault {any_of(faults)}"
    return clause
