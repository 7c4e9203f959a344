"""The services of a session."""

from typing import Any

from mockgms.api.admin.format import render_json
from mockgms.domain.service import Service
from mockgms.http.messages import Reply, Request
from mockgms.session import Session


def read(request: Request, session: Session) -> Reply:
    """Those of the scenario and those that were used so far; with `any_name`, one of any other name is made on use."""
    services = session.bookings.services
    return render_json({"services": [_render(service) for service in services], "any_name": services.provisions})


def _render(service: Service) -> dict[str, Any]:
    return {"name": service.name, "timezone": service.timezone.key, "time_bucket": service.time_bucket}
