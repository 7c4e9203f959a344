"""Fuzz a live server: `scripts/fuzz [--seconds 60] [--seed N]`.

A run consists of rounds. A round starts a session over, takes about forty steps in it and then checks the laws. It
depends only on the seed and on its number. The first failure is reduced, saved and printed, and ends the run with
status 1. README.md in this folder says what counts as a failure.
"""

import argparse
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

from fuzzing import documents, grammar, reduce, step
from fuzzing.judge import Failure
from fuzzing.step import Step
from fuzzing.trial import Trial, replay

HERE: Final = Path(__file__).parent
_STEPS: Final = 40  # of a round
_SESSIONS: Final = 40  # sessions that the rounds use in turn
_ROUNDS: Final = 300  # rounds of one server
_REFRESH: Final = 8  # steps after which the ids of callbacks are read again
_WEIGHTS: Final = {"": 920, "switch": 30, "restore": 30, "events": 10, "big": 4, "watched": 3, "started": 1}


class Campaign:
    """The rounds of one seed, and the figures of the run."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._finds: list[Path] = []
        self._seen: set[str] = set()
        self._answered: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()
        self._rounds = self._starts = self._doubtful = 0
        self._longest = self._memory = 0.0

    def run(self) -> int:
        """Replay the corpus, then do rounds until the time is over or something fails; return the exit status."""
        for file in sorted((HERE / "corpus").glob("*.json")):
            if failure := replay(step.load(file), 0):
                self._report(f"{file.name} of the corpus", step.load(file), failure)
        until = time.monotonic() + self._options.seconds
        while time.monotonic() < until and (not self._finds or self._options.keep_going):
            self._live(until)
        self._print_figures()
        return 1 if self._finds else 0

    def _live(self, until: float) -> None:
        """Run the rounds of one server."""
        self._starts += 1
        with Trial(self._starts) as trial:
            failed = self._rounds_of(trial, until)
            if failed is None and (failure := trial.stop()):
                failed = failure, []
            self._answered += trial.answered
            self._longest = max(self._longest, trial.probe.longest)
            self._memory = max(self._memory, trial.memory)
        if failed is not None:
            self._confirm(*failed)

    def _rounds_of(self, trial: Trial, until: float) -> tuple[Failure, list[Step]] | None:
        """Return the first failure on a server with the steps of its round, or None."""
        for _ in range(_ROUNDS):
            if time.monotonic() >= until:
                return None
            self._rounds += 1
            done: list[Step] = []
            for each in self._steps(trial):
                done.append(each)
                self._kinds[each.kind] += 1
                if failure := trial.do(each):
                    return failure, done
            if failure := trial.check([self._session, "default"]):
                return failure, done
        return None

    @property
    def _session(self) -> str:
        return f"fuzz-{self._rounds % _SESSIONS}"

    def _steps(self, trial: Trial) -> Iterator[Step]:
        """Yield the steps of a round. Ids and snapshots come from the server, and are the same after the same steps."""
        random, session = Random(f"{self._options.seed}:{self._rounds}"), self._session
        ids: list[str] = []
        yield documents.admin("reset", "POST", "/__admin/reset", b"")  # of the default session, which requests use too
        yield documents.start(random, session)
        for number in range(_STEPS):
            if number % _REFRESH == 0:
                ids = trial.ids(session)
            kind = random.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
            yield _step(kind, random, trial, session, ids)

    def _confirm(self, failure: Failure, steps: list[Step]) -> None:
        """Report a failure. A failure of timing must happen again on a new server, since the machine may be busy."""
        mode = self._starts
        again = any(replay(steps, mode, lambda other: other.kind == failure.kind) for _ in range(2))
        if not again and failure.kind in ("stall", "hung"):
            self._doubtful += 1
            print(f"Not confirmed: round {self._rounds}, {failure.kind}: {failure.text}", file=sys.stderr)
            return
        where = f"Seed {self._options.seed}, round {self._rounds}"
        detail = failure.text[-160:] if failure.kind != "stall" else steps[-1].kind if steps else ""
        signature = f"{failure.kind} {detail}"
        if signature in self._seen:
            return
        self._seen.add(signature)
        if again and len(steps) > 1:
            kind = failure.kind
            steps = reduce.reduce(
                steps,
                lambda fewer: replay(fewer, mode, lambda other: other.kind == kind) is not None,
                self._options.reduce,
            )
        self._report(where if again else f"{where} (not again on a fresh server)", steps, failure)

    def _report(self, where: str, steps: list[Step], failure: Failure) -> None:
        """Save the steps of a failure, and print how to repeat it."""
        name = f"{failure.kind.replace(' ', '-')}-{self._options.seed}-{self._rounds}"
        file: Path = self._options.finds / f"{name}.json"
        step.save(file, f"{failure.kind}: {failure.text[:500]}", steps)
        self._finds.append(file)
        print(f"\n{where}: {failure.kind}: {failure.text}\n")
        for each in steps[-3:]:
            print(f"  {each.kind}, session {each.session}: {each.raw[:1500]!r}")
        print(f"\nRepeat it:\n  scripts/fuzz --replay {file}")
        sending = [each for each in steps if each.how == "send"]
        if sending:
            raw = file.with_suffix(".raw")
            raw.write_bytes(sending[-1].raw)
            code = "import socket, sys; s = socket.create_connection(('localhost', 8080)); "
            code += "s.sendall(open(sys.argv[1], 'rb').read()); print(s.recv(65536).decode())"
            print(f'  python3 -c "{code}" {raw}', flush=True)

    def _print_figures(self) -> None:
        answers = ", ".join(f"{count:,} {name}" for name, count in sorted(self._answered.items()))
        print(
            f"\nSeed {self._options.seed}: {self._rounds:,} rounds, {self._kinds.total():,} steps, answers: {answers}."
        )
        print(
            f"{self._starts} starts of the server, longest wait {self._longest:.2f} s, {self._memory:.0f} MB at most,"
        )
        print(f"{self._doubtful} stalls not confirmed, {len(self._finds)} failures.")


def _step(kind: str, random: Random, trial: Trial, session: str, ids: list[str]) -> Step:
    """Return a random step of a kind; the kind "" is that of most steps, requests of any API."""
    match kind:
        case "switch":
            made = documents.switch(random, session)
        case "restore":
            made = documents.restore(random, trial.snapshot(session), session)
        case "events":
            made = grammar.events(session)
        case "big":
            made = grammar.big(random, session)
        case "watched":
            made = documents.watched(random)
        case "started":
            made = documents.started(random)
        case _:
            made = grammar.step(random, session, ids)
    return made


def main() -> int:
    """Run the command and return its exit status."""
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__.split("\n\n")[0])
    parser.add_argument("--seconds", type=float, default=60, help="how long to run (default: 60)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of all choices (default: the time)")
    parser.add_argument("--keep-going", action="store_true", help="go on after a failure")
    parser.add_argument(
        "--finds", type=Path, default=HERE / "finds", help="folder for what fails (default: fuzzing/finds)"
    )
    parser.add_argument(
        "--reduce", type=float, default=60, help="seconds in which a failure is made smaller (default: 60)"
    )
    parser.add_argument("--replay", type=Path, help="do the steps of a file instead")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # the server is stopped as at any end
    if options.replay is None:
        return Campaign(options).run()
    failure = replay(step.load(options.replay), 0)
    print("Nothing fails." if failure is None else f"{failure.kind}: {failure.text}")
    return 0 if failure is None else 1


if __name__ == "__main__":
    sys.exit(main())
