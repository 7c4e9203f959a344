"""Statistics: what the service hands through from another one."""

from mockgms.state import Session
from mockgms.wire.ges.envelope import success
from mockgms.wire.http import Reply, Request


def statistics(request: Request, session: Session) -> Reply:
    """Answer with an object that has nothing in it: what it holds is another service's affair (documented).

    The official clients send no body, so none is read.
    """
    return success(session, b"{}")
