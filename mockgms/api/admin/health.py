"""Health: whether the server is alive, and ready."""

from mockgms.api.admin.format import render_json
from mockgms.http.messages import Reply, Request
from mockgms.session import Session


def read_health(request: Request, session: Session) -> Reply:
    """It answers, so it is alive."""
    return render_json({"status": "ok"})


def read_readiness(request: Request, session: Session) -> Reply:
    """It listens with a scenario loaded: there is no other state in which it answers."""
    return render_json({"status": "ready", "scenario": session.scenario.name})
