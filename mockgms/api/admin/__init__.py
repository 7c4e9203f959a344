"""The admin API, under `/__admin`: a test controls the mock with it, and reads its state."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from mockgms.api.admin import (
    callbacks,
    clock,
    coverage,
    events,
    explain,
    requests,
    rules,
    scenario,
    server,
    services,
    sessions,
    slots,
    snapshot,
    verify,
)
from mockgms.api.admin.format import AdminFormat
from mockgms.api.admin.refusals import render_refusal
from mockgms.api.admin.services import named_services
from mockgms.api.definition import Api
from mockgms.api.journal_facts import JournalFacts
from mockgms.api.operation import Operation, operations_of
from mockgms.http.messages import Request
from mockgms.scenario.catalog import Catalog
from mockgms.session import Session, Sessions

# The operations of these modules are the API, in the order of the document.
OPERATIONS: Final[tuple[Operation[..., Any], ...]] = operations_of(
    *(server, scenario, clock, rules, coverage, services, slots, callbacks),
    *(sessions, snapshot, requests, explain, events, verify),
)


def api(
    catalog: Catalog,
    known: Sessions,
    mocked: Sequence[Api],
    dry_run: explain.DryRun,
    certificate: bytes | None = None,
) -> Api:
    """Return the admin API of a server.

    Args:
        catalog: The scenarios that can be named.
        known: The sessions of the server.
        mocked: The APIs that the server mocks.
        dry_run: Returns the entry and trace that a request would produce, without sending it.
        certificate: The certificate of the server's own authority, or None.
    """
    objects: Mapping[Any, object] = {
        Catalog: catalog,
        Sessions: known,
        JournalFacts: JournalFacts(mocked),
        explain.DryRun: dry_run,
        server.Authority: server.Authority(certificate),
    }
    routes = tuple(each.route(AdminFormat(), objects) for each in OPERATIONS)
    return Api(("/__admin",), routes, render_refusal, _everybody, services=named_services)


def _everybody(request: Request, session: Session) -> None:
    """Admit every request. Without a token, the admin API needs no credentials: the server listens on this machine."""
