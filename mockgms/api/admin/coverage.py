"""The coverage of the rules: which fired, which only matched, which no request ever reached."""

from typing import Any, Final

from mockgms.api.admin.format import render_json
from mockgms.http import query
from mockgms.http.messages import Reply, Request
from mockgms.http.refusals import Unreadable
from mockgms.scenario.coverage import Coverage, Covered
from mockgms.session import Session, Sessions

_ALL: Final = "all"


def read(sessions: Sessions, request: Request, session: Session) -> Reply:
    """That of the session in all its life, or with `sessions=all` that of all there are and were."""
    asked = query.text(request.params(), "sessions")
    if asked not in (None, _ALL):
        raise Unreadable("sessions", f"must be {_ALL}")
    return render_json(_render(session.coverage if asked is None else sessions.coverage()))


def _render(coverage: Coverage) -> dict[str, Any]:
    """`percent` is how many of the rules fired; all of them, where there are none."""
    rules = coverage.rules()
    fired = sum(covered.reach == "fired" for covered in rules)
    return {
        "rules": [_render_rule(covered) for covered in rules],
        "fired": fired,
        "total": len(rules),
        "percent": round(100 * fired / len(rules), 1) if rules else 100.0,
        "dropped": coverage.dropped,
    }


def _render_rule(covered: Covered) -> dict[str, Any]:
    return {
        "name": covered.name,
        "scenario": covered.scenario,
        "state": covered.reach,
        "matches": covered.matches,
        "firings": covered.firings,
        "hidden_by": covered.hidden_by,
    }
