"""A renderer of refusals that fails at first."""

from mockgms.api.ges import GES
from mockgms.domain.refusals import Refusal
from mockgms.http.messages import Reply
from mockgms.session import Session


class FailingRenderer:
    """Renders refusals, but raises an error a number of times first."""

    def __init__(self, times: int) -> None:
        self._left = times

    def __call__(self, refusal: Refusal, session: Session) -> Reply:
        if self._left > 0:
            self._left -= 1
            raise ZeroDivisionError
        return GES.render_refusal(refusal, session)
