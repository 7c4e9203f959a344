"""Named states, which rules set and other rules require."""

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Struct

from mockgms.domain.annotations import Doc, DurationText, Filled, Key
from mockgms.scenario.faults.context import Context


class SetState(Struct, frozen=True):
    """Sets or clears a named state for the caller of `per`. If it is the only fault, later rules are tried too."""

    name: Annotated[Filled, Doc("Name of the state, which `when: {state: ...}` requires")]
    lasting: Annotated[DurationText | None, Key("for"), Doc("How long it is set; without it, until it is cleared")] = (
        None
    )
    clear: Annotated[bool, Doc("Whether the state is cleared")] = False

    def __post_init__(self) -> None:
        if self.clear and self.lasting is not None:
            raise ValueError("`set_state` has both `clear` and `for`: keep one of them")

    @staticmethod
    def effect(keys: Mapping[str, Any]) -> str:
        """Return what happens to the requests. `keys` are those of the fault as the scenario writes them."""
        lasting = "" if keys.get("for") is None else f" for {keys['for']}"
        return f"{'clear' if keys.get('clear') else 'set'} the state {keys['name']}{lasting}"

    async def apply(self, context: Context) -> None:
        """Set or clear the state."""
        context.set_state(self)
