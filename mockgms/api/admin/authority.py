"""The authority that vouches for the server, when it has one of its own."""

from http import HTTPStatus
from typing import Final

from mockgms.api.admin.format import render_json
from mockgms.http.messages import Reply, Request
from mockgms.session import Session

_TYPE: Final = "application/x-x509-ca-cert"  # by which phones know that it is to be installed
_AS_FILE: Final = ("Content-Disposition", 'attachment; filename="mockgms-ca.pem"')
_NONE: Final = "This server has no authority of its own: it was not started with --tls-self-signed."


def read(certificate: bytes | None, request: Request, session: Session) -> Reply:
    """Its certificate, for browsers and phones to trust."""
    if certificate is None:
        return render_json({"message": _NONE}, HTTPStatus.NOT_FOUND)
    return Reply(HTTPStatus.OK, certificate, _TYPE, (_AS_FILE,))
