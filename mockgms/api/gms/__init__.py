"""GMS: versions 1 and 2 of the callback API, under `/genesys/`."""

from mockgms.api import credentials
from mockgms.api.definition import Api
from mockgms.api.gms.admin import bulk_cancel, queues, report_cancelled, watermarks
from mockgms.api.gms.availability import availability_list, availability_map
from mockgms.api.gms.callbacks import cancel, find, update
from mockgms.api.gms.facts import describe
from mockgms.api.gms.numbers import check_phone_number
from mockgms.api.gms.queue import check_position
from mockgms.api.gms.refusals import render_refusal
from mockgms.api.gms.start import start
from mockgms.http.body import parse_body
from mockgms.http.messages import Request
from mockgms.http.routing import Match, Route
from mockgms.session import Session


def admit(request: Request, session: Session) -> None:
    """Let in who has a key or the password of the scenario. Raises CredentialsMissing or CredentialsWrong."""
    credentials.check(request, session.scenario.auth, "v1")


ROUTES = (
    Route("POST", "/1/service/callback/{name}", "v1.schedule", start),
    Route("GET", "/1/service/callback", "v1.find", find),
    Route("GET", "/1/service/callback/{name}", "v1.find", find),
    Route("PUT", "/1/service/callback/{name}/{id}", "v1.reschedule", update),
    Route("DELETE", "/1/service/callback/{name}/{id}", "v1.cancel", cancel),
    Route("GET", "/1/service/callback/{name}/availability", "v1.availability", availability_map),
    Route("GET", "/2/service/callback/{name}/availability", "v2.availability", availability_list),
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
