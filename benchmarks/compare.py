"""The comparison: mockgms beside a bare aiohttp handler, and one with rules or callbacks beside one without, as ratios.

`scripts/bench`, or `scripts/bench --quick` for a rough look within four minutes. README.md beside this says how.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks import fixture
from benchmarks.load import check_tools, cores, drive
from benchmarks.servers import Server, bare, mockgms, running

V1 = "/genesys/1/service/callback/bench"
V3 = "/engagement/v3/callbacks"
READY = "/__admin/ready"
MIDNIGHT = datetime.now(UTC).strftime("%Y-%m-%dT00:00:00.000Z")
FILL_LIMIT = 900  # seconds
MOCKGMS = mockgms("scenario.yaml")
WITH_RULES = mockgms("rules.yaml")
WITH_COURSES = mockgms("courses.yaml")
WITHOUT_JOURNAL = mockgms("scenario.yaml", journal=0)
UNNOTING = mockgms("scenario.yaml", journal=0, command=(sys.executable, "-m", "benchmarks.unmetered"))


@dataclass(frozen=True)
class Case:
    """One kind of request: a GET, or bookings in a form of book.lua. `goal` is the least ratio to aim at."""

    name: str
    title: str
    path: str
    goal: float
    form: str | None = None
    sample: bytes | None = None


@dataclass(frozen=True)
class Effort:
    """How long to measure: seconds a run, rounds, callbacks in the full server."""

    seconds: int
    rounds: int
    callbacks: int


CASES = (
    Case("few-v1", "20 slots, v1", f"{V1}/availability?start={MIDNIGHT}&number-of-days=2&max-time-slots=20", 1.3),
    Case("few-v3", "20 slots, v3", f"{V3}/availability/bench?start={MIDNIGHT}&numberOfDays=2&maxTimeSlots=20", 1.3),
    Case("many-v1", "500 slots, v1", f"{V1}/availability?start={MIDNIGHT}&number-of-days=8&max-time-slots=500", 0.4),
    Case("many-v3", "500 slots, v3", f"{V3}/availability/bench?start={MIDNIGHT}&numberOfDays=8&maxTimeSlots=500", 0.4),
    Case("book-v1", "booking, v1, JSON", V1, 0.85, "v1", b'{"_customer_number":"+14155550100"}'),
    Case(
        "book-v3",
        "booking, v3, JSON",
        f"{V3}/create",
        0.80,
        "v3",
        b'{"serviceName":"bench","phoneNumber":"+14155550100"}',
    ),
    Case(
        "book-widget",
        "booking, v3, urlencoded by the widget",
        f"{V3}/create",
        0.60,
        "widget",
        b'{"serviceName":"bench","phoneNumber":"+14155550100"}',
    ),
)
# Which of them are asked again of a server with rules and of one full of callbacks, and how long they may take there.
AGAIN = tuple(case for case in CASES if not case.name.startswith("many"))
RULES_GOAL = 1.1
COURSES_GOAL = 1.25
NOTES_GOAL = 1.25  # a fifth of the throughput
WITHOUT_GOAL = 0.9
FULL_GOAL = 1.1
BYTES_GOAL = 700
START_GOAL = 0.2
MEMORY_GOAL = 40
STARTS = 5
FULL_ROUNDS = 2  # of one second: a session has room for 300,000 more callbacks


@dataclass(frozen=True)
class Speed:
    """Requests a second: by the clock, and by the processor time of the server."""

    by_clock: float
    by_cpu: float


class Ratios:
    """The ratios of one case, round by round."""

    def __init__(self) -> None:
        self._by_clock: list[float] = []
        self._by_cpu: list[float] = []
        self._times: list[float] = []

    def add(self, speed: Speed, measure: Speed) -> None:
        """Add one round: a speed, and the one it is held against."""
        self._by_clock.append(speed.by_clock / measure.by_clock)
        self._by_cpu.append(speed.by_cpu / measure.by_cpu)
        self._times.append(1e6 / speed.by_cpu)

    @property
    def time(self) -> str:
        """The CPU time of a request in microseconds: the median, with the lowest and the highest."""
        return f"{median(self._times):.0f} ({min(self._times):.0f} to {max(self._times):.0f})"

    def __str__(self) -> str:
        """Three cells of a table. Processor time comes first: other programs do not lengthen it."""
        clock, cpu = self._by_clock, self._by_cpu
        return f"**{median(cpu):.2f}** | {min(cpu):.2f}, {max(cpu):.2f} | {median(clock):.2f}"


class Comparison:
    """Runs on two cores: the servers on one, the load on the other."""

    def __init__(self, effort: Effort) -> None:
        self._core, self._load_core = cores()
        self._effort = effort

    def print_all(self) -> None:
        """Measure, and print the tables one by one."""
        self._print_starts()
        with self._running(MOCKGMS, READY) as noting, self._running(UNNOTING, READY) as unnoting:
            self._print_times(noting, unnoting, "with journal and metrics, of that without", NOTES_GOAL, reset=True)
        with self._running(MOCKGMS, READY) as empty:
            with (
                TemporaryDirectory() as folder,
                self._running(bare(bodies(empty, Path(folder))), plain_path(CASES[0])) as plain,
            ):
                self._print_ratios(empty, plain)
            with self._running(WITHOUT_JOURNAL, READY) as unjournaled:
                self._print_times(unjournaled, empty, "without a journal, of the default", WITHOUT_GOAL, reset=True)
            with self._running(WITH_RULES, READY) as ruled:
                self._print_times(ruled, empty, "with 20 rules, of that without", RULES_GOAL, reset=True)
            with self._running(WITH_COURSES, READY) as coursed:
                self._print_times(coursed, empty, "with 10 rules that are tried", COURSES_GOAL, reset=True)
            with self._running(MOCKGMS, READY) as full:
                self._fill(full)
                few = Comparison(Effort(1, FULL_ROUNDS, 0))
                few._print_times(full, empty, "on the full server, of the empty one's", FULL_GOAL, reset=False)

    @contextmanager
    def _running(self, command: tuple[str, ...], path: str) -> Iterator[Server]:
        with running(command, self._core, path) as server:
            yield server

    def _print_starts(self) -> None:
        starts, memories = [], []
        for _ in range(STARTS):
            with self._running(MOCKGMS, READY) as server:
                starts.append(server.started)
                memories.append(server.memory() / 1e6)
        print("| | measured | goal |\n|---|---|---|")
        print(f"| from exec to the first 200 | {median(starts):.2f} s | at most {START_GOAL} s |")
        print(f"| idle memory | {median(memories):.0f} MB | under {MEMORY_GOAL} MB |\n", flush=True)

    def _print_ratios(self, empty: Server, plain: Server) -> None:
        ratios = {case: Ratios() for case in CASES}
        for case in CASES * self._effort.rounds:
            speed = self._speed(case, empty, case.path, reset=True)
            ratios[case].add(speed, self._speed(case, plain, plain_path(case)))
        print("\n| request | CPU time, µs | bare aiohttp's, of that | lowest, highest | by the clock | goal |")
        print("|---|---|---|---|---|---|")
        for case in CASES:
            print(f"| {case.title} | {ratios[case].time} | {ratios[case]} | {case.goal:.2f} |", flush=True)

    def _fill(self, server: Server) -> None:
        before = server.memory()
        booked = 0
        until = time.monotonic() + FILL_LIMIT
        while booked < self._effort.callbacks and time.monotonic() < until:
            booked += drive(server.url(V1), "v1", 5, self._load_core).requests
        size = (server.memory() - before) / booked
        print("\n| | measured | goal |\n|---|---|---|")
        print(f"| memory of a callback, at {booked:,} | {size:.0f} bytes | at most {BYTES_GOAL} |", flush=True)

    def _print_times(self, server: Server, empty: Server, what: str, goal: float, *, reset: bool) -> None:
        """How long requests take on a server, as a ratio to an empty one without rules; `reset` is of the server."""
        ratios = {case: Ratios() for case in AGAIN}
        for case in AGAIN * self._effort.rounds:
            speed = self._speed(case, empty, case.path, reset=True)
            ratios[case].add(speed, self._speed(case, server, case.path, reset=reset))
        print(f"\n| request | CPU time {what} | lowest, highest | by the clock | goal |")
        print("|---|---|---|---|---|")
        for case in AGAIN:
            print(f"| {case.title} | {ratios[case]} | at most {goal} |", flush=True)

    def _speed(self, case: Case, server: Server, path: str, *, reset: bool = False) -> Speed:
        """How fast a server answers; with `reset`, from an empty one."""
        if reset:
            server.ask("POST", "/__admin/reset")
        drive(server.url(path), case.form, 1, self._load_core)
        before = server.cpu_time()
        load = drive(server.url(path), case.form, self._effort.seconds, self._load_core)
        return Speed(load.rate, load.requests / (server.cpu_time() - before))


def plain_path(case: Case) -> str:
    """Where the bare server answers a case; it is sent the same query."""
    _, mark, query = case.path.partition("?")
    return f"/{case.name}{mark}{query}"


def bodies(server: Server, folder: Path) -> Path:
    """The folder, with the answer to each case in a file of its name."""
    for case in CASES:
        method = "GET" if case.sample is None else "POST"
        (folder / case.name).write_bytes(server.ask(method, case.path, case.sample))
    return folder


if __name__ == "__main__":
    check_tools()
    quick = sys.argv[1:] == ["--quick"]
    if sys.argv[1:] and not quick:
        sys.exit(__doc__)
    fixture.print_all()
    Comparison(Effort(1, 3, 100_000) if quick else Effort(2, 5, 1_000_000)).print_all()
