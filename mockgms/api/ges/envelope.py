"""The envelope of every answer of v3.

Its members and the success code 0 with "Successful" are documented. `corrId` must be a UUID: otherwise the official
Java client cannot parse the answer (verified).
"""

from typing import Annotated, NamedTuple

import msgspec
from msgspec import UNSET, Meta, UnsetType

from mockgms.api.field_types import Answer, Uuid
from mockgms.http.messages import Reply
from mockgms.session import Session


class Status(Answer, rename={"corr_id": "corrId"}):
    """The outcome of a request."""

    code: Annotated[int, Meta(description="0 for success, otherwise an error code")]
    message: str
    corr_id: Annotated[Uuid, Meta(description="Id of this answer")]


class Proposals(Answer):
    """Free slots to choose from."""

    slots: Annotated[
        dict[str, str],
        Meta(description="Starts in UTC, with their free seats", examples=[{"2026-03-02T10:15:00.000Z": "5"}]),
    ]


class GesRefusal(Answer):
    """A refusal of v3. For an unavailable time, it proposes free slots."""

    status: Status
    data: Proposals | UnsetType = UNSET


class Wording(NamedTuple):
    """The wording of a refusal: the HTTP status, and `code` and `message` of the envelope."""

    status: int
    code: int
    message: str


def start_of_success(session: Session) -> bytes:
    """Return the envelope of a success up to its data; a `}` closes it."""
    return b'{"status":{"code":0,"message":"Successful","corrId":"' + session.new_id().encode() + b'"},"data":'


def success(session: Session, data: bytes) -> Reply:
    """Return an answer with status 200 and `data`, which is JSON."""
    return Reply(200, start_of_success(session) + data + b"}")


def failure(
    session: Session, words: Wording, data: bytes | None = None, headers: tuple[tuple[str, str], ...] = ()
) -> Reply:
    """Return an error answer, with `data`, which is JSON, if there is any."""
    text = words.message.encode("utf-8", "replace").decode()  # it may quote a path that is not UTF-8
    message, corr_id = msgspec.json.encode(text), session.new_id().encode()
    head = b'{"status":{"code":%d,"message":%b,"corrId":"%b"}' % (words.code, message, corr_id)
    tail = b"}" if data is None else b',"data":' + data + b"}"
    return Reply(words.status, head + tail, headers=headers)
