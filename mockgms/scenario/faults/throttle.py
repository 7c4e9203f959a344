"""The fault `throttle`: the service has started too many callbacks."""

from typing import Annotated, ClassVar, Final, Literal, TypeAlias

from msgspec import Struct

from mockgms.domain.annotations import Doc, Look
from mockgms.domain.instants import HOUR, MINUTE, SECOND, Duration, Instant, render_http_date, whole_seconds
from mockgms.domain.refusals import ServiceThrottled
from mockgms.domain.service import Service
from mockgms.scenario.faults.card import Card
from mockgms.scenario.faults.context import Context
from mockgms.scenario.faults.until_over import RETRY_AFTER, RetryAfter, check_retry_after, wait_of

RetryAfterForm: TypeAlias = Literal["seconds", "http_date", "past", "zero", "text", "missing"]

_HEADER: Final = "Retry-After"
_DEFAULT_WAIT: Final = 30 * SECOND
_DEFAULT_WINDOW: Final = 5 * MINUTE  # in the message, for a service without a throttle


class Throttle(Struct, frozen=True):
    """Refuses the request as if the service had reached its limit of starts."""

    card: ClassVar = Card(
        "are refused with 429 and Retry-After {form}", "Throttled", "429", "throttled", has_button=True
    )
    refuses: ClassVar = True
    is_final: ClassVar = True

    retry_after: Annotated[
        RetryAfter,
        Doc("How long the client must wait; a plain number is in seconds, `until_over` means until the rule is over"),
        RETRY_AFTER,
    ] = _DEFAULT_WAIT
    form: Annotated[
        RetryAfterForm,
        Doc(
            "Form of the header Retry-After: correct (`seconds` or `http_date`), a date in the past (`past`), "
            "`0` (`zero`), not a number (`text`), or no header (`missing`)"
        ),
        Look(
            "written as",
            is_rare=True,
            words={
                "seconds": "{retry_after}",
                "http_date": "{retry_after} as a date",
                "past": "in the past",
                "zero": "0",
                "text": "that is no number",
            },
        ),
    ] = "seconds"

    @property
    def has_unsent_wait(self) -> bool:
        """Whether `retry_after` is set although the header does not show it. Messages of v3 and explanations do."""
        return self.form not in ("seconds", "http_date") and self.retry_after != _DEFAULT_WAIT

    def __post_init__(self) -> None:
        check_retry_after(self.retry_after)

    async def apply(self, context: Context) -> None:
        """Raise ServiceThrottled, or UnknownService."""
        # A request without a service is throttled too, with the default settings.
        service = context.service() or Service()
        per = next((window.per for window in service.throttles if window.per), _DEFAULT_WINDOW)
        wait = wait_of(self.retry_after, context)
        if self.form != "seconds":  # otherwise, the API writes the header of the refusal
            context.set_header(_HEADER, self._header(context.now(), wait))
        raise ServiceThrottled(retry_after=wait, service=service.name, per=per)

    def _header(self, now: Instant, wait: Duration) -> str | None:
        match self.form:
            case "http_date":
                return _http_date(now + wait)
            case "past":
                return _http_date(now - HOUR)
            case "zero":
                return "0"
            case "text":
                return "soon"
            case _:
                return None


def _http_date(instant: Instant) -> str:
    """Return an HTTP date, rounded up to whole seconds so that it is not too early."""
    return render_http_date(whole_seconds(instant) * SECOND)
