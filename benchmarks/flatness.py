"""The flatness of memory: how much a server grows through a million requests in sessions that come and go.

Hostile traffic comes beside it. `scripts/bench --flatness`, or with `--quick` behind it through a hundred thousand.
README.md beside this says how.
"""

import sys
from contextlib import ExitStack
from socket import create_connection
from threading import Event, Thread
from typing import Final

from benchmarks.hostile import Hostile
from benchmarks.load import check_tools, cores, live
from benchmarks.servers import MOCKGMS_COMMAND, Server, running

WARM_UP: Final = 150_000  # requests until a thousand sessions, the journals and all caches are as full as they can be
REQUESTS: Final = 1_000_000
QUICK: Final = 100_000
GOAL: Final = 10  # MB
STRETCH: Final = 10  # seconds from one look at the memory to the next
PAUSE: Final = 2  # seconds from one round of hostile requests to the next
COMMAND: Final = (MOCKGMS_COMMAND, "serve", "--port", "0", "--timeout", "5")


class Watch:
    """Lets a server work, and weighs it meanwhile."""

    def __init__(self, server: Server, core: int) -> None:
        self._server = server
        self._core = core
        self.requests = 0
        self.hostile = Hostile(server)
        self._is_over = Event()
        self._attack = Thread(target=self._attack_on, daemon=True)
        self._attack.start()

    def stop(self) -> None:
        """End the hostile traffic."""
        self._is_over.set()
        self._attack.join()

    def _attack_on(self) -> None:
        while not self._is_over.wait(PAUSE):
            self.hostile.attack()
        self.hostile.stop()

    def work(self, until: int) -> float:
        """Send requests until the server has answered `until` of them. Return its memory then, in MB."""
        while self.requests < until:
            with self._slow_reader():
                self.requests += live(self._server.url("/"), STRETCH, self._core, self.requests)
            self._server.ask("GET", "/__admin/metrics")
            self._print()
        return self._server.memory() / 1e6

    def _slow_reader(self) -> ExitStack:
        """One who asks for all events and reads none of them, until it leaves."""
        reader = ExitStack()
        connection = reader.enter_context(create_connection(("127.0.0.1", self._server.port)))
        connection.sendall(b"GET /__admin/events?sessions=all HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return reader

    def _print(self) -> None:
        print(f"{self.requests:,} requests: {self._server.memory() / 1e6:.1f} MB", file=sys.stderr, flush=True)


def main(requests: int) -> None:
    """Measure, and print a table."""
    core, load_core = cores()
    with running(COMMAND, core, "/__admin/ready") as server:
        idle = server.memory() / 1e6
        watch = Watch(server, load_core)
        warm = watch.work(WARM_UP)
        first = watch.requests
        hostile = watch.hostile.requests
        end = watch.work(first + requests)
        watch.stop()
    print("| requests | resident memory |\n|---|---|")
    print(f"| none | {idle:.1f} MB |\n| {first:,} | {warm:.1f} MB |\n| {watch.requests:,} | {end:.1f} MB |")
    print(f"\nGrown by {end - warm:.1f} MB through the last {watch.requests - first:,} (goal: less than {GOAL}).")
    print(f"Among them came {watch.hostile.requests - hostile:,} hostile requests, and {hostile:,} before.")


if __name__ == "__main__":
    check_tools()
    if sys.argv[1:] not in ([], ["--quick"]):
        sys.exit(__doc__)
    main(QUICK if sys.argv[1:] else REQUESTS)
