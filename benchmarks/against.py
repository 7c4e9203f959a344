"""The comparison of two revisions: which requests take more processor time now than in an earlier revision.

`scripts/bench --against REV` runs the servers of both side by side, in their default configuration.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.compare import CASES, READY, Case
from benchmarks.load import check_tools, cores, drive
from benchmarks.servers import HERE, Server, running

SLOWER = 1.03  # a ratio of the times above this is reported
ROUNDS = 7
SECONDS = 2
REPOSITORY = HERE.parent


@contextmanager
def revision(name: str) -> Iterator[Path]:
    """The files of a revision, in a temporary folder."""
    with TemporaryDirectory() as folder:
        archive = subprocess.run(("git", "archive", name), cwd=REPOSITORY, check=True, capture_output=True)
        subprocess.run(("tar", "--extract", "--directory", folder), input=archive.stdout, check=True)
        yield Path(folder)


def served(folder: Path) -> tuple[str, ...]:
    """The command of the mockgms in a folder, in its default configuration and with the benchmark's scenario."""
    start = f"import sys; sys.path.insert(0, {str(folder)!r}); from mockgms.cli import main; sys.exit(main())"
    return (sys.executable, "-P", "-c", start, "serve", "--scenario", str(HERE / "scenario.yaml"), "--port", "0")


def time_of_request(case: Case, server: Server, core: int) -> float:
    """The processor time that a server takes for a request, in seconds. It starts without callbacks."""
    server.ask("POST", "/__admin/reset")
    drive(server.url(case.path), case.form, 1, core)
    before = server.cpu_time()
    load = drive(server.url(case.path), case.form, SECONDS, core)
    return (server.cpu_time() - before) / load.requests


def compare(name: str) -> bool:
    """Print the ratios of the times of both revisions. Return True if no request has become slower."""
    core, load_core = cores()
    is_slower = False
    with ExitStack() as stack:
        folder = stack.enter_context(revision(name))
        before, now = (stack.enter_context(running(served(each), core, READY)) for each in (folder, REPOSITORY))
        print(f"| request | time of that of {name} | lowest, highest | |\n|---|---|---|---|")
        for case in CASES:
            times = [[time_of_request(case, each, load_core) for each in (before, now)] for _ in range(ROUNDS)]
            ratios = [after / first for first, after in times]
            verdict = "slower" if median(ratios) > SLOWER else ""
            is_slower = is_slower or bool(verdict)
            print(
                f"| {case.title} | {median(ratios):.2f} | {min(ratios):.2f}, {max(ratios):.2f} | {verdict} |",
                flush=True,
            )
    return not is_slower


def main() -> int:
    """Run the comparison from the command line. Return 1 if a request has become slower."""
    parser = argparse.ArgumentParser(prog="scripts/bench --against", description=__doc__)
    parser.add_argument("revision", metavar="REV", help="revision to compare with, such as HEAD~1 or a branch")
    check_tools()
    return 0 if compare(parser.parse_args().revision) else 1


if __name__ == "__main__":
    sys.exit(main())
