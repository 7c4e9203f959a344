"""What is told of the metrics of the server."""

from typing import Annotated, Final

from msgspec import Meta

from mockgms.openapi.described import JSON, Described, Table, Told

_FIGURES: Final = (
    "# HELP mockgms_sessions Sessions that there are.\n# TYPE mockgms_sessions gauge\nmockgms_sessions 1.0\n"
)
_MISSING: Final = """{"message": "The metrics need the package prometheus_client, which is not installed."}"""

TABLE: Table = {
    "GET /metrics": Described(
        "The figures of all sessions together, for Prometheus.",
        Annotated[str, Meta(description="In the text format that `Accept` asks for")],
        detail="It needs the extra `metrics`.",
        cases=(
            Told("They go like this", 200, "text/plain", _FIGURES),
            Told("They go like this", 200, "application/openmetrics-text", f"{_FIGURES}# EOF\n"),
            Told("The extra is not installed", 501, JSON, _MISSING),
        ),
    ),
}
