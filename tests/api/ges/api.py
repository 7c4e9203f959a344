"""The API of version 3, called without a server."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from mockgms.api.ges import GES, OPERATIONS
from mockgms.domain.refusals import Refusal
from mockgms.http.messages import Reply, Request, finish
from mockgms.http.routing import Router
from mockgms.session import Session
from tests.api.declared import check_declared
from tests.generator.conforming import check


class Answer(NamedTuple):
    """An answer. Its body has no `corrId`, because each answer has a different one."""

    status: int
    body: Any
    headers: dict[str, str]


def success(data: object) -> Answer:
    """Return the answer that has these data."""
    return Answer(200, {"status": {"code": 0, "message": "Successful"}, "data": data}, {})


def refused(status: int, code: int, message: str) -> Answer:
    """Return the answer of a refusal."""
    return Answer(status, {"status": {"code": code, "message": message}}, {})


class Api:
    """One session, called as the dispatcher calls it: credentials, route, function and rendered refusals."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._router = Router(GES.mounted())

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        before, _, query = path.partition("?")
        return self._answer(Request("GET", before, query, headers or {}))

    def post(self, path: str, body: object = b"", content_type: str = "application/json") -> Answer:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._answer(Request("POST", path, headers={"content-type": content_type}, body=data))

    def book(self, **fields: Any) -> str:
        """Create a callback, assert that it is accepted, and return its id."""
        answer = self.post("/callbacks/create", {"serviceName": "sales", "phoneNumber": "5551234", **fields})
        assert answer.status == 200, answer
        return str(answer.body["data"]["id"])

    def _answer(self, request: Request) -> Answer:
        reply = self._reply(request)
        check(request, reply)
        return plain(reply)

    def _reply(self, request: Request) -> Reply:
        match = None
        try:
            GES.admit(request, self.session)
            match = self._router.find(request.method, request.path)
            return finish(match.route.function(request, self.session, None, *match.args))
        except Refusal as refusal:
            if match is not None:
                check_declared(refusal, match.route, GES, OPERATIONS)
            return GES.render_refusal(refusal, self.session)


def plain(reply: Reply) -> Answer:
    """Return the answer of a reply. Assert that its `corrId` is a UUID."""
    assert reply.content_type == "application/json; charset=utf-8"
    body = json.loads(reply.body)
    corr_id = body["status"].pop("corrId")
    assert str(UUID(corr_id)) == corr_id
    return Answer(reply.status, body, dict(reply.headers))
