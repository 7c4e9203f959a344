"""The written form of a fault's fields."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Written:
    """How a field is written in a file, where that is not how it is kept: `Annotated[Duration, Written(DurationText)]`.

    `hint` is a type as the schema has them; without a `Written` the field's own type is also its written form. A plain
    number stands for `unit` times as much: `retry_after: 30` are 30,000 ms with a unit of SECOND.

    What no type can say of the fields, a fault says when it is made: it raises ValueError, with a sentence.
    """

    hint: Any
    unit: int = 1
