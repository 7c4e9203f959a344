"""The API under `/__admin`, by which a test steers the mock and sees what it holds."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from mockgms.api.admin import (
    authority,
    callbacks,
    clock,
    coverage,
    events,
    explain,
    health,
    metrics,
    requests,
    rules,
    scenario,
    scenarios,
    services,
    sessions,
    slots,
    snapshot,
    verify,
)
from mockgms.api.admin.format import AdminFormat
from mockgms.api.admin.refusals import render_refusal
from mockgms.api.admin.service import named_services
from mockgms.api.admin.strictness import strict
from mockgms.api.definition import Api
from mockgms.api.descriptions import Descriptions
from mockgms.api.operation import Operation
from mockgms.http.messages import Request
from mockgms.http.routing import Route
from mockgms.scenario.catalog import Catalog
from mockgms.session import Session, Sessions

_RESOURCES = (clock, slots, callbacks, sessions)
OPERATIONS: Final[tuple[Operation[..., Any], ...]] = tuple(
    each
    for resource in _RESOURCES
    for each in vars(resource).values()
    if isinstance(each, Operation) and each.function.__module__ == resource.__name__
)


def api(
    catalog: Catalog,
    known: Sessions,
    mocked: Sequence[Api],
    dry_run: explain.DryRun,
    certificate: bytes | None = None,
) -> Api:
    """The admin API of a server that has these sessions, whose scenarios are those of a catalog.

    `mocked` are the APIs that it steers. `dry_run` tells what a request would meet without sending it.
    `certificate` is that of the server's own authority.
    """
    descriptions = Descriptions(mocked)
    routes = (
        Route("GET", "/health", "admin.health", health.read_health),
        Route("GET", "/ready", "admin.ready", health.read_readiness),
        Route("GET", "/ca.pem", "admin.authority", partial(authority.read, certificate)),
        Route("GET", "/scenarios", "admin.scenarios", partial(scenarios.read, catalog)),
        Route("GET", "/scenario", "admin.scenario.read", scenario.read),
        Route("PUT", "/scenario", "admin.scenario.use", partial(scenario.use, catalog)),
        Route("POST", "/reset", "admin.reset", scenario.reset),
        Route("GET", "/rules", "admin.rules", rules.read),
        Route("POST", "/rules", "admin.rules.arm", rules.arm),
        Route("PUT", "/rules/{name}", "admin.rules.restore", rules.restore),
        Route("DELETE", "/rules/{name}", "admin.rules.disarm", rules.disarm),
        Route("GET", "/coverage", "admin.coverage", partial(coverage.read, known)),
        Route("GET", "/services", "admin.services", services.read),
        Route("GET", "/snapshot", "admin.snapshot", snapshot.read),
        Route("PUT", "/snapshot", "admin.snapshot.use", snapshot.use),
        Route("GET", "/requests", "admin.requests", requests.read),
        Route("GET", "/requests/{id}", "admin.requests.one", requests.read_one),
        Route("GET", "/requests/{id}/explain", "admin.requests.explain", explain.read),
        Route("DELETE", "/requests", "admin.requests.clear", requests.clear),
        Route("POST", "/explain", "admin.explain", partial(explain.describe, dry_run)),
        Route("GET", "/events", "admin.events", events.read),
        Route("POST", "/verify", "admin.verify", partial(verify.verify, descriptions)),
        Route("GET", "/metrics", "admin.metrics", partial(metrics.read, known)),
    )
    objects = {Sessions: known, Catalog: catalog}
    derived = tuple(each.route(AdminFormat(), objects) for each in OPERATIONS)
    return Api(("/__admin",), (*map(strict, routes), *derived), render_refusal, _everybody, services=named_services)


def _everybody(request: Request, session: Session) -> None:
    """The admin API asks for no credentials: the server listens on this machine unless told otherwise."""
