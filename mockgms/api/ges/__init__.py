"""GES: version 3 of the callback API, under `/engagement/v3` or at the root."""

from typing import Final

from mockgms.api import credentials
from mockgms.api.definition import Api
from mockgms.api.ges import availability, create
from mockgms.api.ges.call_in import call_in
from mockgms.api.ges.callbacks import cancel, retrieve
from mockgms.api.ges.facts import describe
from mockgms.api.ges.format import GesFormat
from mockgms.api.ges.queue import all_queues, estimated_wait_time, open_for, queue_status
from mockgms.api.ges.refusals import render_refusal
from mockgms.api.ges.statistics import statistics
from mockgms.api.operation import operations_of
from mockgms.http.body import parse_body
from mockgms.http.messages import Request
from mockgms.http.query import MOST_NAMES
from mockgms.http.routing import Route
from mockgms.session import Session


def admit(request: Request, session: Session) -> None:
    """Let in who has a key that the scenario knows. Raises CredentialsMissing or CredentialsWrong."""
    credentials.check(request, session.scenario.auth, "v3")


OPERATIONS: Final = operations_of(create, availability)
_FORMAT: Final = GesFormat()

ROUTES = (
    create.create.route(_FORMAT, {}),
    Route("POST", "/callbacks/cancel", "v3.cancel", cancel),
    Route("POST", "/callbacks/retrieve", "v3.find", retrieve),
    availability.availability.route(_FORMAT, {}),
    availability.unnamed.route(_FORMAT, {}),
    availability.empty.route(_FORMAT, {}),
    Route("GET", "/callbacks/open-for/{service-name}", "v3.open_for", open_for),
    Route("GET", "/callbacks/queue-status/{queue-name}", "v3.queue_status", queue_status),
    Route("GET", "/estimated-wait-time", "v3.estimated_wait_time", estimated_wait_time),
    Route("POST", "/call-in/requests/create", "v3.call_in", call_in),
    Route("POST", "/statistics/operations/get-statistic-ex", "v3.statistics", statistics),
)

# The widget's documented `dataURL` has no `/engagement/v3` in it, the official clients' base path has (verified).
GES = Api(
    ("/engagement/v3", ""),
    ROUTES,
    render_refusal,
    admit,
    describe,
    lambda request, _: parse_body(request, nested=True),
    lambda *asked: (describe(*asked).service, *all_queues(asked[0].params())[:MOST_NAMES]),
)
