"""The fixture `gms` of the pytest plugin: how long a fresh session takes, made and forgotten, as each test does.

`python -m benchmarks.fixture`; scripts/bench prints it as well.
"""

import time
from collections.abc import Callable
from statistics import median, quantiles

from mockgms.background import serving
from mockgms.client import Client

ROUNDS = 500
GOAL = 5  # milliseconds


def print_all() -> None:
    """Measure, and print the table."""
    print("| a fresh `gms` | median | 99 of 100 within | goal |\n|---|---|---|---|")
    with serving("default") as url, Client(url) as server:
        _print("as the server was started", lambda: server.new_session().forget())
        _print("with a scenario and a clock", lambda: _marked(server))


def _marked(server: Client) -> None:
    server.new_session(scenario="office-hours", clock="2026-03-02T08:55:00Z").forget()


def _print(title: str, fixture: Callable[[], None]) -> None:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        fixture()
        times.append((time.perf_counter() - began) * 1000)
    print(f"| {title} | {median(times):.1f} ms | {quantiles(times, n=100)[-1]:.1f} ms | under {GOAL} ms |", flush=True)


if __name__ == "__main__":
    print_all()
