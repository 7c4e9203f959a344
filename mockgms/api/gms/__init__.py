"""GMS: versions 1 and 2 of the callback API, under `/genesys/`."""

from typing import Final

from mockgms.api import credentials
from mockgms.api.definition import Api
from mockgms.api.gms import availability, start
from mockgms.api.gms.admin import bulk_cancel, queues, report_cancelled, watermarks
from mockgms.api.gms.callbacks import cancel, find, update
from mockgms.api.gms.facts import describe
from mockgms.api.gms.format import GmsFormat
from mockgms.api.gms.numbers import check_phone_number
from mockgms.api.gms.queue import check_position
from mockgms.api.gms.refusals import render_refusal
from mockgms.api.operation import operations_of
from mockgms.http.body import parse_body
from mockgms.http.messages import Request
from mockgms.http.routing import Match, Route
from mockgms.session import Session


def admit(request: Request, session: Session) -> None:
    """Let in who has a key or the password of the scenario. Raises CredentialsMissing or CredentialsWrong."""
    credentials.check(request, session.scenario.auth, "v1")


OPERATIONS: Final = operations_of(start, availability)
_FORMAT: Final = GmsFormat()

ROUTES = (
    start.start.route(_FORMAT, {}),
    Route("GET", "/1/service/callback", "v1.find", find),
    Route("GET", "/1/service/callback/{name}", "v1.find", find),
    Route("PUT", "/1/service/callback/{name}/{id}", "v1.reschedule", update),
    Route("DELETE", "/1/service/callback/{name}/{id}", "v1.cancel", cancel),
    availability.availability_map.route(_FORMAT, {}),
    availability.availability_list.route(_FORMAT, {}),
    Route("GET", "/1/service/{id}/check-queue-position", "v1.queue_position", check_position),
    Route("POST", "/1/service/{id}/check-queue-position", "v1.queue_position", check_position),
    Route("GET", "/1/admin/callback/queues", "v1.queues", queues),
    Route("GET", "/1/admin/callback/watermarks", "v1.watermarks", watermarks),
    Route("POST", "/1/admin/callback/cancel", "v1.bulk_cancel", bulk_cancel),
    Route("POST", "/1/admin/callback/reportcancelled", "v1.report_cancelled", report_cancelled),
    Route("GET", "/1/phonenumber", "v1.check_phone_number", check_phone_number),
)

_NESTED = frozenset({"v1.bulk_cancel", "v1.report_cancelled"})


def _read(request: Request, match: Match) -> None:
    """Parse the body in advance: as the operation reads it, then as rules read it."""
    if match.route.operation in _NESTED:
        parse_body(request, nested=True)
    parse_body(request, nested=False)


GMS = Api(
    ("/genesys",),
    ROUTES,
    render_refusal,
    admit,
    describe,
    _read,
    lambda *asked: (describe(*asked).service,),
)
