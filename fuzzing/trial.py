"""A trial runs steps on a new server until something fails."""

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from http import HTTPStatus
from http.client import HTTPException
from types import TracebackType
from typing import Final, Self

from fuzzing import judge
from fuzzing.judge import Failure
from fuzzing.laws import Broken, Laws
from fuzzing.probe import Probe
from fuzzing.process import Server, check_and_serve
from fuzzing.step import Step

MOST_MEMORY: Final = 400.0  # MB: idle it takes 50, all journals together 128
_WATCHED: Final = 1.2  # seconds until the server has looked at its scenario file
_OPTIONS: Final = ((), ("--log-level", "info"), ("--log-level", "debug", "--log-format", "json"))


class Trial:
    """A new server with its probe and laws. `mode` chooses the options of the server."""

    def __init__(self, mode: int) -> None:
        self.server = Server(*_OPTIONS[mode % len(_OPTIONS)])
        self._laws = Laws(self.server)
        self.probe = Probe(self.server)
        self.answered: Counter[str] = Counter()
        self.memory = self.server.memory()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.probe.stop()
        self.server.kill()

    def ids(self, session: str) -> list[str]:
        """Return the ids of the newest callbacks of a session."""
        status, body = self.server.ask("GET", f"/s/{session}/__admin/callbacks")
        return [callback["id"] for callback in json.loads(body)[-5:]] if status == HTTPStatus.OK else []

    def snapshot(self, session: str) -> bytes:
        """Return the snapshot of a session."""
        return self.server.ask("GET", f"/s/{session}/__admin/snapshot")[1]

    def do(self, step: Step) -> Failure | None:
        """Run one step, and return its failure."""
        match step.how:
            case "send":
                talk, failure = judge.send(self.server, step)
                self.answered.update(f"{answer.status // 100}xx" for answer in talk.answers)
                self.answered["none"] += not talk.answers
            case "watch":
                self.server.scenario.write_bytes(step.raw)
                failure = None
            case _:
                wrong = check_and_serve(step.raw)
                failure = None if wrong is None else Failure("scenario file", wrong)
        return failure or self._stalled()

    def check(self, sessions: Iterable[str]) -> Failure | None:
        """Return what fails in the server as a whole, or in one of the sessions."""
        if not self.server.is_alive:
            return Failure("gone", f"the server has ended:\n{self.server.new_log()[-2000:]}")
        log = self.server.new_log()
        if "Traceback" in log:
            return Failure("traceback", re.split(r"\n(?=\{|[0-9]{4}-)", log[log.index("Traceback") :])[0][-4000:])
        self.memory = max(self.memory, self.server.memory())
        if self.memory > MOST_MEMORY:
            return Failure("memory", f"the server takes {self.memory:.0f} MB, more than {MOST_MEMORY:.0f}")
        try:
            failures = (self._laws.broken(session) for session in sessions)
            failure = next((failure for failure in failures if failure), None)
        except (OSError, HTTPException) as error:
            failure = Failure("hung", f"a request for a law got no answer: {error!r}")
        return self._stalled() or failure

    def stop(self) -> Failure | None:
        """Stop the server as SIGTERM does, and return what fails."""
        self.probe.stop()
        try:
            self.server.stop()
        except TimeoutError as why:
            return Failure("hung", str(why))
        log = self.server.new_log()
        return Failure("traceback", log[-4000:]) if "Traceback" in log else None

    def _stalled(self) -> Failure | None:
        stall = max(self.probe.stalls(), default=None)
        if stall is None:
            return None
        return Failure(
            "stall", f"nobody was answered for {stall.length:.2f} s, in which it worked {stall.worked:.2f} s"
        )


def replay(steps: Iterable[Step], mode: int, wanted: Callable[[Failure], bool] = lambda _: True) -> Failure | None:
    """Run steps on a new server; return the first failure that is `wanted`."""
    sessions = {"default"}
    try:
        with Trial(mode) as trial:
            for step in steps:
                failure = trial.do(step)
                if failure is not None and wanted(failure):
                    return failure
                sessions.add(step.session)
                if step.how == "watch":
                    time.sleep(_WATCHED)
            failure = trial.check(sorted(sessions)) or trial.stop()
            return failure if failure is not None and wanted(failure) else None
    except Broken as law:
        return Failure("law", str(law))
