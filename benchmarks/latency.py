"""Latency: how long an answer takes, and how long garbage collection stops the server.

`scripts/bench --latency`, or with `--quick` behind it. README.md beside this says how.
"""

import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.compare import READY, V1
from benchmarks.load import CONNECTIONS, check_tools, cores, drive, latencies
from benchmarks.peers import COMPARED, NODE, targets
from benchmarks.servers import Server, mockgms, running

ROUNDS: Final = 5
SECONDS: Final = 2
CALLBACKS: Final = 100_000
FILL_ROUNDS: Final = 100  # at most, of 2 seconds each
PAUSE_GOAL: Final = 10  # milliseconds
GENERATIONS: Final = ("young", "middle", "all")


def print_one_connection(rounds: int) -> None:
    """Print the latency over one connection of mockgms, Node's http and bare aiohttp, in interleaved rounds."""
    _, load_core = cores()
    print("| one connection | request | half of the answers within | lowest, highest | 99 % within | lowest, highest |")
    print("|---|---|---|---|---|---|")
    with targets((NODE,)) as servers:
        for case in COMPARED:
            taken: list[list[dict[str, float]]] = [[] for _ in servers]
            for _ in range(rounds):
                for target, results in zip(servers, taken, strict=True):
                    url = target.server.url(target.path(case))
                    results.append(latencies(url, case.form, SECONDS, load_core, connections=1))
            for target, results in zip(servers, taken, strict=True):
                cells = " | ".join(spread([each[name] for each in results]) for name in ("50", "99"))
                print(f"| {target.name} | {case.title} | {cells} |", flush=True)


def spread(times: list[float]) -> str:
    """Return two cells: the median, and the lowest and highest. The times are in milliseconds."""
    return f"**{median(times):.3f} ms** | {min(times):.3f}, {max(times):.3f}"


def print_collections(rounds: int) -> None:
    """Fill a server with 100,000 callbacks, and print its collections and the latency of bookings under load."""
    core, load_core = cores()
    with TemporaryDirectory() as folder:
        record = Path(folder, "collections")
        command = (sys.executable, "-m", "benchmarks.collected", str(record))
        with running(mockgms("scenario.yaml", command=command), core, READY) as server:
            started = len(record.read_text().splitlines())
            booked = fill(server, load_core)
            url = server.url(V1)
            results = [latencies(url, "v1", SECONDS, load_core, CONNECTIONS) for _ in range(rounds)]
            collections = [line.split() for line in record.read_text().splitlines()[started:]]
    print(f"\n| {CONNECTIONS} connections, {booked:,} callbacks | median of the rounds | lowest, highest |")
    print("|---|---|---|")
    for name, title in (("50", "half of the answers"), ("99", "99 %"), ("99.9", "99.9 %"), ("max", "all")):
        print(f"| {title} within | {spread([each[name] for each in results])} |")
    print(f"\n| collection of | times | longest, CPU time (goal: at most {PAUSE_GOAL} ms) | longest, by the clock |")
    print("|---|---|---|---|")
    for generation, title in enumerate(GENERATIONS):
        times = [(float(cpu) * 1e3, float(clock) * 1e3) for of, cpu, clock in collections if int(of) == generation]
        longest_cpu, longest = (max((each[index] for each in times), default=0.0) for index in (0, 1))
        print(f"| {title} objects | {len(times)} | **{longest_cpu:.1f} ms** | {longest:.1f} ms |", flush=True)


def fill(server: Server, load_core: int) -> int:
    """Book 100,000 callbacks, and return how many there are."""
    booked = 0
    for _ in range(FILL_ROUNDS):
        if booked >= CALLBACKS:
            break
        booked += drive(server.url(V1), "v1", SECONDS, load_core).requests
    return booked


if __name__ == "__main__":
    check_tools()
    quick = sys.argv[1:] == ["--quick"]
    if sys.argv[1:] and not quick:
        sys.exit(__doc__)
    print_one_connection(3 if quick else ROUNDS)
    print_collections(3 if quick else ROUNDS)
