"""The coverage of rules: which ones fired, which only matched, which no request reached."""

from typing import Annotated, Literal

from msgspec import Meta

from mockgms.api.field_types import Answer, Whole
from mockgms.api.operation import operation
from mockgms.scenario.coverage import Coverage, RuleCounts
from mockgms.session import Session, Sessions


class RuleCoverage(Answer):
    """The coverage of one rule."""

    name: str
    scenario: Annotated[str | None, Meta(description="Its scenario; null for an armed rule")]
    state: Literal["fired", "matched", "never_reached", "hidden"]
    matches: Whole
    firings: Whole
    hidden_by: Annotated[str | None, Meta(description="Earlier rule, or several, that match all of its requests")]
    inherited: Annotated[bool, Meta(description="Whether it is written in a parent of its scenario")]


class CoverageView(Answer):
    """The coverage of the rules since the session was created. A reset does not empty it."""

    rules: list[RuleCoverage]
    fired: Whole
    total: Whole
    percent: Annotated[
        float, Meta(ge=0, le=100, description="Percentage of rules that fired; 100 if there are no rules")
    ]
    dropped: Annotated[Whole, Meta(description="Number of rules that were dropped for newer ones")]


@operation("GET", "/coverage", "admin.coverage")
def read_coverage(session: Session, server: Sessions, sessions: Literal["all"] | None = None) -> CoverageView:
    """Return which rules fired, which only matched, which no request reached, and which an earlier rule hides.

    It covers the whole life of the session: a reset does not empty it.

    Args:
        sessions: `all` for all sessions of the server, including deleted ones.
    """
    return _render_coverage(session.coverage if sessions is None else server.coverage())


def _render_coverage(coverage: Coverage) -> CoverageView:
    rules = coverage.rules()
    fired = sum(covered.reach == "fired" for covered in rules)
    return CoverageView(
        rules=[_render_rule(covered) for covered in rules],
        fired=fired,
        total=len(rules),
        percent=round(100 * fired / len(rules), 1) if rules else 100.0,
        dropped=coverage.dropped,
    )


def _render_rule(covered: RuleCounts) -> RuleCoverage:
    return RuleCoverage(
        name=covered.name,
        scenario=covered.scenario,
        state=covered.reach,
        matches=covered.matches,
        firings=covered.firings,
        hidden_by=covered.hidden_by,
        inherited=covered.inherited,
    )
