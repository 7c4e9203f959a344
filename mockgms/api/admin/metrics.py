"""The metrics of the server, for Prometheus."""

from http import HTTPStatus
from typing import Final

from mockgms.api.admin.format import render_json
from mockgms.http.messages import Reply, Request
from mockgms.session import Session, Sessions

_MISSING: Final = (
    "The metrics need the package prometheus_client, which is not installed beside mockgms: "
    "pip install prometheus_client."
)


def read(sessions: Sessions, request: Request, session: Session) -> Reply:
    """The figures of all sessions together, in the format that the one who asks prefers."""
    try:
        import prometheus_client  # noqa: F401  # an extra
    except ImportError:
        return render_json({"message": _MISSING}, HTTPStatus.NOT_IMPLEMENTED)
    from mockgms.api.admin.figures import render_figures

    text, content_type = render_figures(sessions, request.headers.get("accept", ""))
    return Reply(HTTPStatus.OK, text, content_type)
