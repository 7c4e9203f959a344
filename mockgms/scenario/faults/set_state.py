"""The fault `set_state`: a rule sets a named state, which other rules require."""

from typing import Annotated, ClassVar

from msgspec import Struct

from mockgms.domain.annotations import Doc, DurationText, Filled, Key, Look
from mockgms.scenario.faults.card import Card
from mockgms.scenario.faults.context import Context


class SetState(Struct, frozen=True):
    """Sets or clears a named state for the caller of `per`. If it is the only fault, later rules are tried too."""

    card: ClassVar = Card("{clear} the state {name}[ for {for}]", "Set a state", "Sets", "ok")

    name: Annotated[Filled, Doc("Name of the state, which `when: {state: ...}` requires"), Look("Name", start="outage")]
    lasting: Annotated[
        DurationText | None,
        Key("for"),
        Doc("How long it is set; without it, until it is cleared"),
        Look("for", is_rare=True),
    ] = None
    clear: Annotated[
        bool,
        Doc("Whether the state is cleared"),
        Look("Clear it", is_rare=True, words={"true": "clear", "false": "set"}),
    ] = False

    def __post_init__(self) -> None:
        if self.clear and self.lasting is not None:
            raise ValueError("`set_state` has both `clear` and `for`: keep one of them")

    async def apply(self, context: Context) -> None:
        """Set or clear the state."""
        context.set_state(self)
