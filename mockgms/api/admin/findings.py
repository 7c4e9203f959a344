"""Mistakes and warnings in scenarios and rules, as answers of the admin API contain them."""

from collections.abc import Iterable
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from mockgms.api.field_types import Answer
from mockgms.scenario.mistakes import Mistake

Severity: TypeAlias = Literal["error", "warning"]


class FindingView(Answer):
    """A mistake or a warning, in the form that `mockgms check --format json` prints."""

    severity: Severity
    file: Annotated[str, Meta(description="Its file; `<body>` for the body of the request")]
    line: Annotated[int | None, Meta(description="Its line, from 1; null if it has no place")]
    column: Annotated[int | None, Meta(description="Its column, from 1; null if it has no place")]
    message: Annotated[str, Meta(description="What is wrong, without the place")]


def render_findings(severity: Severity, mistakes: Iterable[Mistake]) -> list[FindingView]:
    """Return the findings about these mistakes."""
    return [FindingView(severity, each.file, each.line or None, each.column or None, each.message) for each in mistakes]
