"""Statistics: what the service hands through from another one."""

from mockgms.api.ges.envelope import success
from mockgms.http.messages import Reply, Request
from mockgms.session import Session


def statistics(request: Request, session: Session) -> Reply:
    """Answer with an object that has nothing in it: what it holds is another service's affair (documented).

    The official clients send no body, so none is read.
    """
    return success(session, b"{}")
