"""An exchange as texts that filters compare."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from mockgms.domain.instants import Instant


class Caller(NamedTuple):
    """The caller of a request. Requests of one caller, of any version, are attempts at the same operation.

    `phone` is the result of `domain.numbers.comparable`. `phone` and `service` are None if the request has none.
    """

    phone: str | None
    service: str | None
    operation: str


class RecordedRequest(Struct, frozen=True):
    """One exchange, by its number in the journal.

    `texts` are its values by the names in filters: `operation` (`v1.schedule`), `version`, `service`, `phone`,
    `status`, `rule`, `fault`, `method`, `path`, `field x`, `header x` and `query x`. A name may have several values.
    `caller` is None if no operation was found. `answered` is the time of the answer, None without one. `retry_after` is
    the header of the answer.
    """

    number: int
    began: Instant
    texts: Mapping[str, Sequence[str]]
    caller: Caller | None = None
    answered: Instant | None = None
    retry_after: str | None = None
