"""The fault `rate_limit`: the limit of an API gateway, which has a token bucket for each caller."""

from typing import Annotated, ClassVar, Final, Literal

from msgspec import Struct

from mockgms.domain.annotations import Bounds, Doc, DurationText, Look, WrittenAs
from mockgms.domain.instants import Duration, Instant, whole_seconds
from mockgms.domain.refusals import RateLimited
from mockgms.scenario.facts import Per
from mockgms.scenario.faults.card import Card
from mockgms.scenario.faults.context import Context
from mockgms.scenario.per_text import PerText

_HEADER: Final = "X-RateLimit-"


class RateLimit(Struct, frozen=True):
    """Allows `limit` requests per period, evenly spread, and refuses others with 429. Headers say how many are left."""

    card: ClassVar = Card("are refused with 429 beyond {limit} per {per}", "Rate limit", "429", "throttled")
    refuses: ClassVar = True

    limit: Annotated[int, Bounds(1), Doc("Number of requests"), Look("Limit", start="5")]
    per: Annotated[DurationText, Doc("Period over which `limit` requests are spread"), Look("per", start="30s")]
    burst: Annotated[
        Annotated[int, Bounds(1)] | None,
        Doc("Number of requests allowed at once; without it, `limit`"),
        Look("at once", is_rare=True),
    ] = None
    key: Annotated[
        Per,
        WrittenAs(PerText),
        Doc("What has a limit of its own: the session, or each caller as in the `per` of rules"),
        Look("for each", choices=("session", "phone", "api_key", "service"), is_rare=True),
    ] = "session"
    retry_after: Annotated[
        Literal["until_over"] | None,
        Doc("With `until_over`, `Retry-After` is the time until the rule is over; without it, until the next request"),
        Look("Retry-After", choices=("", "until_over"), is_rare=True),
    ] = None

    def __post_init__(self) -> None:
        if self.per < 1:
            raise ValueError("`per` must be longer than 0s")

    async def apply(self, context: Context) -> None:
        """Count the request, and raise RateLimited if it exceeds the limit."""
        bucket, passes = self._take(context, context.now())
        context.set_header(_HEADER + "Limit", str(self.limit))
        context.set_header(_HEADER + "Remaining", str(bucket.left))
        context.set_header(_HEADER + "Reset", str(whole_seconds(bucket.until_full)))
        if not passes:
            until = context.until_over() if self.retry_after is not None else None
            raise RateLimited(retry_after=bucket.until_next if until is None else until, limit=self.limit)

    def _take(self, context: Context, now: Instant) -> "tuple[Bucket, bool]":
        """Take a token from the bucket of the caller. Return the bucket, and whether there was one."""
        memory = context.memory_of(self)
        # Snapshots contain this text, so it must not change.
        settings = f"limit={self.limit}, per={self.per}, burst={self.burst}, key={self.key!r}"
        key = f"RateLimit({settings}) {context.facts.caller(self.key)}"
        before: Bucket = memory.get(key) or Bucket.full(self.limit, self.per, self.burst or self.limit, now)
        bucket, passes = before.take(now)
        memory[key] = bucket
        return bucket, passes


class Bucket(Struct, frozen=True):
    """A token bucket. It starts with `burst` tokens, its maximum, and gains `limit` tokens per `per`, evenly spread.

    `level` is the level at the time `at`. To avoid rounding, it counts in `per`-ths of a token, of which each
    millisecond adds `limit`. If the clock is set back, the bucket keeps its level and continues from the new time.
    """

    limit: int
    per: Duration
    burst: int
    level: int
    at: Instant

    @classmethod
    def full(cls, limit: int, per: Duration, burst: int, now: Instant) -> "Bucket":
        """Return a full bucket."""
        return cls(limit, per, burst, burst * per, now)

    def take(self, now: Instant) -> "tuple[Bucket, bool]":
        """Return the bucket at this time after a token was taken, and whether there was one."""
        level = min(self.burst * self.per, self.level + max(0, now - self.at) * self.limit)
        has_token = level >= self.per
        return Bucket(self.limit, self.per, self.burst, level - self.per if has_token else level, now), has_token

    @property
    def left(self) -> int:
        """The number of whole tokens at the time `at`."""
        return self.level // self.per

    @property
    def until_next(self) -> Duration:
        """The time from `at` until there is a token."""
        return self._until(self.per)

    @property
    def until_full(self) -> Duration:
        """The time from `at` until the bucket is full."""
        return self._until(self.burst * self.per)

    def _until(self, level: int) -> Duration:
        return max(0, -(-(level - self.level) // self.limit))
