"""The API of versions 1 and 2, called without a server."""

from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import msgspec

from mockgms.api.gms import GMS, OPERATIONS
from mockgms.domain.instants import Instant, render_instant
from mockgms.domain.refusals import Refusal
from mockgms.http.messages import Reply, Request, finish
from mockgms.http.routing import Router
from mockgms.session import Session
from tests.api.declared import check_declared
from tests.generator.conforming import check

CALLBACK = "/genesys/1/service/callback"
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}

_ROUTER = Router(GMS.mounted())


class Answer(NamedTuple):
    """The status and the decoded body of a reply."""

    status: int
    body: Any


# The ends of the names of exception classes.
GSG = "GSGException"
AVAILABILITY, NOT_FOUND, NUMBER, RESOURCE = (
    f"services.callback.exceptions.CallbackException{end}" for end in ("Availability", "NotFound", "Number", "Resource")
)


def refused(code: int, phrase: str, exception: str, message: str, **more: object) -> Answer:
    """Return the answer of a refusal with status 400, with `more` members of its body."""
    exception = f"com.genesyslab.gsg.{exception}"
    return Answer(400, {"exception": exception, "message": message, "code": code, "phrase": phrase, **more})


def bad_parameter(reason: str) -> Answer:
    """Return the refusal of an invalid parameter, field or body. `reason` begins with its name."""
    return refused(501, "BAD_PARAMETER", GSG, f"Invalid parameter: {reason}.")


def unknown_callback(id: str) -> Answer:
    """Return the refusal of an unknown id."""
    return refused(404, "UNKNOWN_CALLBACK", NOT_FOUND, f"Callback {id} is not found.")


def wrong_state(id: str, state: str) -> Answer:
    """Return the refusal of an operation that the state of a callback does not allow."""
    return refused(501, "WRONG_STATE", NOT_FOUND, f"Callback {id} is {state} already.")


def unknown_service(name: str) -> Answer:
    """Return the refusal of an unknown service."""
    return refused(7040, "UNKNOWN_SERVICE", RESOURCE, f"Service {name} is not configured.")


class Api:
    """One session, and requests to it."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def send(self, request: Request) -> Reply:
        """Return the reply to a request. Assert that it conforms to the OpenAPI document."""
        reply = self._reply(request)
        check(request, reply)
        return reply

    def _reply(self, request: Request) -> Reply:
        match = None
        try:
            match = _ROUTER.find(request.method, request.path)
            GMS.admit(request, self.session)
            return finish(match.route.function(request, self.session, None, *match.args))
        except Refusal as refusal:
            if match is not None:
                check_declared(refusal, match.route, GMS, OPERATIONS)
            return GMS.render_refusal(refusal, self.session)

    def call(self, method: str, path: str, body: object = None, **params: object) -> Answer:
        """Return the answer to a request with a JSON body and query parameters."""
        encoded = b"" if body is None else msgspec.json.encode(body)
        return read(self.send(Request(method, path, urlencode(params, doseq=True), JSON, encoded)))

    def get(self, path: str, **params: object) -> Answer:
        return self.call("GET", path, **params)

    def start(self, *, service: str = "sales", **fields: object) -> Answer:
        """Start a callback; the default phone number is +15550100."""
        return self.call("POST", f"{CALLBACK}/{quote(service, safe='')}", {"_customer_number": "+15550100", **fields})

    def book(self, *, service: str = "sales", at: Instant | None = None, **fields: object) -> str:
        """Start a callback, at a time or as soon as possible, and return its id."""
        time = {} if at is None else {"_desired_time": render_instant(at)}
        answer = self.start(service=service, **time, **fields)
        assert answer.status == 200, answer
        id: str = answer.body["_id"]
        return id

    def record(self, id: str) -> Any:
        """Return the record of a callback."""
        (record,) = self.get(CALLBACK, _id=id).body
        return record

    def advance(self, by: int) -> None:
        self.session.clock.advance(by)


def read(reply: Reply) -> Answer:
    """Return the status and the body: the value of JSON, or text."""
    if reply.content_type.startswith("application/json"):
        return Answer(reply.status, msgspec.json.decode(reply.body))
    return Answer(reply.status, reply.body.decode())
