"""Compares every answer in the tests with the OpenAPI document."""

import json

from mockgms.api.dispatcher import Dispatcher
from mockgms.api.fault_context import RULE_HEADER
from mockgms.api.ges import GES
from mockgms.api.gms import GMS
from mockgms.domain.refusals import Refusal
from mockgms.http.messages import Reply, Request
from mockgms.http.routing import Router
from tests.generator.shipped_document import ADMIN, DOCUMENTATION, Undocumented, validator

_ROUTER = Router(route for part in (GMS, ADMIN, DOCUMENTATION, GES) for route in part.mounted())


def check(request: Request, reply: Reply) -> None:
    """Raise AssertionError for an answer that the document does not list, or describes differently.

    Not compared is what the document does not describe: unknown paths, answers that a rule has changed, and streams.
    """
    try:
        route = _ROUTER.find(request.method, request.path).route
    except Refusal:
        return
    if reply.delivery is not None or any(name == RULE_HEADER for name, _ in reply.headers):
        return
    media = reply.content_type.partition(";")[0]
    try:
        validate = validator(route.method, route.pattern, reply.status, media)
    except Undocumented as undocumented:
        raise AssertionError(f"{undocumented} is not documented: {reply.body!r}") from None
    value = json.loads(reply.body) if media == "application/json" else reply.body.decode()
    mistake = validate(value)
    assert mistake is None, f"{route.method} {route.pattern} {reply.status}: {mistake} in {reply.body!r}"


class Conforming(Dispatcher):
    """A dispatcher whose answers are checked."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        vars(self).update(vars(dispatcher))

    async def answer(self, request: Request, refusal: Refusal | None = None) -> Reply:
        """Return the answer. Raise AssertionError if it differs from the document."""
        reply = await super().answer(request, refusal)
        check(request, reply)
        return reply
