"""An exchange as it is verified: what was asked and answered, in texts to compare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mockgms.domain.instants import Instant


class Caller(NamedTuple):
    """Who asks for what: requests of one caller are attempts at the same thing, in whichever version they come.

    `phone` is written as `domain.numbers.comparable` has it. What a request does not say is None.
    """

    phone: str | None
    service: str | None
    operation: str


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One exchange, by its number in the journal.

    `texts` are its values by the names that filters have for them: `operation` (`v1.schedule`), `version`, `service`,
    `phone`, `status`, `rule`, `fault`, `method`, `path`, and `field x`, `header x`, `query x`; a name may have several.
    `caller` is None where no operation was found; `answered` is None as long as there is no answer. `retry_after` is
    the header of the answer.
    """

    number: int
    began: Instant
    texts: Mapping[str, Sequence[str]]
    caller: Caller | None = None
    answered: Instant | None = None
    retry_after: str | None = None
