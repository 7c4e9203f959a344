"""The server itself: its health, its certificate authority, its metrics."""

from http import HTTPStatus
from typing import Annotated, Final

from msgspec import Meta, Struct

from mockgms.api.admin.refusals import NotFound, NotInstalled
from mockgms.api.field_types import Answer
from mockgms.api.operation import Written, operation
from mockgms.http.messages import Reply, Request
from mockgms.session import Session, Sessions

_CERTIFICATE_TYPE: Final = "application/x-x509-ca-cert"  # phones offer to install this type
_AS_FILE: Final = ("Content-Disposition", 'attachment; filename="mockgms-ca.pem"')
_NO_AUTHORITY: Final = "This server has no certificate authority: start it with --tls-self-signed."
_NOT_INSTALLED: Final = (
    "The metrics need the package prometheus_client, which is not installed: pip install prometheus_client."
)


class Authority(Struct, frozen=True):
    """The server's own certificate authority; `certificate` is None if it has none."""

    certificate: bytes | None


class Health(Answer):
    """The server is alive."""

    status: str


class Readiness(Answer):
    """The server listens, with a scenario loaded."""

    status: str
    scenario: str


@operation("GET", "/health", "admin.health")
def read_health() -> Health:
    """Answer with 200 if the server is alive."""
    return Health("ok")


@operation("GET", "/ready", "admin.ready")
def read_readiness(session: Session) -> Readiness:
    """Answer with 200 if the server is ready, with the name of the scenario."""
    return Readiness("ready", session.scenario.name)  # the server answers in no other state


@operation("GET", "/ca.pem", "admin.authority", refusals=(NotFound,))
def read_certificate(authority: Authority) -> Annotated[Reply, Written(Annotated[str, Meta(description="In PEM")])]:
    """Return the certificate of the server's own authority, for browsers and phones to trust.

    There is one only with `--tls-self-signed`.
    """
    if authority.certificate is None:
        raise NotFound(_NO_AUTHORITY)
    return Reply(HTTPStatus.OK, authority.certificate, _CERTIFICATE_TYPE, (_AS_FILE,))


@operation("GET", "/metrics", "admin.metrics", refusals=(NotInstalled,))
def read_metrics(
    request: Request, sessions: Sessions
) -> Annotated[Reply, Written(Annotated[str, Meta(description="In the text format that `Accept` selects")])]:
    """Return the metrics of all sessions together, for Prometheus.

    They count requests, their times, callbacks, sessions, journals and memory. They need `prometheus_client`, which
    `scripts/serve`, the container and the extra `metrics` install.
    """
    try:
        import prometheus_client  # noqa: F401  # an extra
    except ImportError:
        raise NotInstalled(_NOT_INSTALLED) from None
    from mockgms.api.admin.metrics import render_metrics

    text, content_type = render_metrics(sessions, request.headers.get("accept", ""))
    return Reply(HTTPStatus.OK, text, content_type)
