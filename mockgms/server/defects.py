"""Answers to defects of the server itself."""

import logging

from mockgms.api.dispatcher import Dispatcher
from mockgms.api.masking.mask import Mask
from mockgms.http.messages import Reply, Request
from mockgms.http.refusals import OwnDefect

_log = logging.getLogger(__name__)


def answer_defect(dispatcher: Dispatcher, path: str, error: BaseException | None) -> Reply:
    """Log a defect outside the dispatcher, and return the reply to the request of this path."""
    _log.error("a defect while answering %s", Mask(suspects_all=True).text(path), exc_info=error)
    return dispatcher.refuse(Request("GET", "/"), OwnDefect())
