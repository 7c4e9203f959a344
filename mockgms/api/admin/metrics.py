"""The metrics of the server in the formats of Prometheus, by its official library."""

from collections.abc import Iterator
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from mockgms import __version__
from mockgms.http.messages import NO_STATUS
from mockgms.session import Sessions
from mockgms.session.meter import BOUNDS, Meter

_UNKNOWN: Final = "(unknown)"


def render_metrics(sessions: Sessions, accept: str) -> tuple[bytes, str]:
    """Return the current metrics and their content type, chosen by the Accept header `accept`."""
    registry = CollectorRegistry()
    registry.register(_Metrics(sessions))
    ProcessCollector(registry=registry)
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


class _Metrics(Collector):
    """The metrics of the server, computed when they are read."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def collect(self) -> Iterator[Metric]:
        """Yield the metric families."""
        yield InfoMetricFamily("mockgms", "The server.", {"version": __version__})
        yield _requests(self._sessions.meter)
        yield _durations(self._sessions.meter)
        yield from _gauges(self._sessions)
        dropped = "Exchanges that the journals dropped for newer ones."
        yield CounterMetricFamily("mockgms_journal_dropped", dropped, self._sessions.journal_budget.dropped)


def _requests(meter: Meter) -> Metric:
    labels = ("version", "operation", "status", "rule", "fault")
    family = CounterMetricFamily("mockgms_requests", "Answered requests.", labels=labels)
    for kind, count in meter.answers.items():
        status = "none" if kind.status == NO_STATUS else str(kind.status)
        family.add_metric([*_names(kind.operation), status, kind.rule or "", "+".join(kind.faults)], count)
    return family


def _durations(meter: Meter) -> Metric:
    meaning = "Time from a request to its answer, including delays by rules."
    family = HistogramMetricFamily("mockgms_request_duration_seconds", meaning, labels=("version", "operation"))
    for operation, times in meter.times.items():
        bounds = [*map(str, BOUNDS), "+Inf"]
        family.add_metric(_names(operation), list(zip(bounds, accumulate(times.counts), strict=True)), times.total)
    return family


def _gauges(sessions: Sessions) -> Iterator[Metric]:
    each = list(sessions)
    figures = (
        ("sessions", "Existing sessions.", len(each)),
        ("callbacks", "Callbacks in any state.", sum(len(one.bookings) for one in each)),
        ("journal_entries", "Exchanges in the journals.", sum(len(one.journal) for one in each)),
        ("journal_bytes", "Estimated memory of the journals in bytes.", sum(one.journal.size for one in each)),
        ("event_readers", "Connections that read events.", sessions.event_bus.all_readers),
    )
    for name, meaning, value in figures:
        yield GaugeMetricFamily(f"mockgms_{name}", meaning, value)


def _names(operation: str | None) -> list[str]:
    """Return the version and the name of an operation."""
    version, _, name = (operation or f".{_UNKNOWN}").partition(".")
    return [version, name]
