"""The command `mockgms try`: runs the examples in scenario files, without a server and without waiting."""

import argparse
import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from mockgms import app
from mockgms.api.admin.body_mistakes import unreadable
from mockgms.api.admin.entries import fields_of
from mockgms.api.admin.explain import DescribedRequest, described_request
from mockgms.api.admin.explanation import explain
from mockgms.api.admin.reason import reason_of, service_of
from mockgms.api.dispatcher import ADMIN_BASE, Dispatcher
from mockgms.commands.checking import is_folder, scenario_files
from mockgms.commands.comparison import body_of, captured, differences, insert
from mockgms.commands.console import ERROR, FAILED, Console
from mockgms.commands.options import written_path
from mockgms.commands.parsers import Parser
from mockgms.commands.settings import add_variables, unused_set
from mockgms.domain.quoting import shortened
from mockgms.http.messages import run_to_end
from mockgms.http.refusals import Unreadable
from mockgms.output.printable import visible
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.examples import Step
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.faults.context import Closed, Reset
from mockgms.scenario.mistakes import Place, ScenarioMistakes
from mockgms.scenario.model import ClockStart, Scenario
from mockgms.scenario.nodes import Node
from mockgms.session import Session


class ExampleOutcome(NamedTuple):
    """The outcome of a request of an example.

    `answer` is its answer in short. `differences` has a sentence for each expectation that is not met. `reason` is why
    the request was refused, if it was.
    """

    example: str
    number: int
    place: Place
    request: str
    answer: str
    differences: tuple[str, ...]
    explanation: str
    reason: str | None


def add_try(parser: Parser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "files", nargs="+", type=written_path, metavar="FILE", help="scenario file with `examples`, or a folder of them"
    )
    add_variables(parser)
    parser.set_defaults(command=_try)


def outcomes(scenario: Scenario, catalog: Catalog) -> list[ExampleOutcome]:
    """Run the examples of a scenario, each in a new session, and return the outcome of each request."""

    async def run() -> list[ExampleOutcome]:
        return [*_outcomes(scenario, catalog)]

    return asyncio.run(run())  # the fault `hang` needs an event loop, although nothing waits


def _outcomes(scenario: Scenario, catalog: Catalog) -> Iterator[ExampleOutcome]:
    frozen = replace(scenario, latency="virtual", clock=ClockStart(scenario.clock.now, frozen=True))
    dispatcher = app.assemble(frozen, catalog)
    for index, example in enumerate(scenario.examples, 1):
        session, values = dispatcher.sessions.get(f"example-{index}"), dict[str, str]()
        for number, step in enumerate(example.steps, 1):
            yield ExampleOutcome(
                example.name, number, step.place, step.request, *_run_step(step, dispatcher, session, values)
            )


def _run_step(
    step: Step, dispatcher: Dispatcher, session: Session, values: dict[str, str]
) -> tuple[str, tuple[str, ...], str, str | None]:
    """Run a step. Return the fields `answer`, `differences`, `explanation` and `reason` of its outcome.

    `values` has the values that earlier steps have captured. Those of this step are added.
    """
    if step.advance is not None:
        session.advance(step.advance)
    try:
        request = described_request(_request_of(step, values), session)
        entry, trace = run_to_end(dispatcher.operate_in_steps(request, session))
    except Unreadable as mistake:
        return "not sent", (f"{mistake.field} {mistake.reason}",), "", None
    answer = entry.outcome
    if answer is not None and isinstance(answer.delivery, Reset | Closed):
        answer = None
    status, body = None if answer is None else answer.status, body_of(answer)
    found = {"status": status, "rule": entry.rule, "fault": tuple(entry.faults)}
    known = {"rule": [tally.rule.name for tally in session.engine.tallies()], "fault": [*FAULTS]}
    wrong = [*differences(step.expect, found, answer, body, known)]
    try:
        values |= captured(step.capture, body)
    except Unreadable as mistake:
        wrong.append(f"{mistake.field} {mistake.reason}")
    cause = f" [{entry.rule}: {', '.join(entry.faults)}]" if entry.rule else ""
    explanation = run_to_end(explain(entry, trace, session, unmasked=True)).paragraph
    service = service_of(entry, fields_of(entry) or {})
    reason = None if trace.refusal is None else reason_of(entry, service, None, session.bookings.services)
    return f"{'no answer' if status is None else status}{cause}", tuple(wrong), explanation, reason


def _request_of(step: Step, values: Mapping[str, str]) -> DescribedRequest:
    """Return the request of a step. Raises Unreadable if its method or its fields have the wrong type."""
    method, _, path = step.request.partition(" ")
    if method.startswith("/"):
        raise Unreadable("request", f"begins with its method: write `POST {shortened(step.request)}`")
    if path.strip().startswith(ADMIN_BASE):
        raise Unreadable("path", "is one of the admin API: an example sends requests to the mocked API only")
    fields = step.fields.plain() if isinstance(step.fields, Node) else None
    written = {"method": method, "path": path.strip(), "headers": step.headers, "body": step.body, "fields": fields}
    try:
        return msgspec.convert(insert(written, values), DescribedRequest)
    except msgspec.ValidationError as error:
        raise unreadable(error, DescribedRequest, "") from None


def _try(options: argparse.Namespace) -> int:
    status, has_examples, read = 0, False, list[Path]()
    given = set(map(Path, options.files))
    for file, catalog in scenario_files(options):
        if is_folder(file):  # it has no scenario file
            continue
        try:
            scenario = catalog.load_file(file)
        except ScenarioMistakes as mistakes:
            status = Console().report(mistakes, FAILED)
            continue
        read += scenario.files
        if scenario.examples or file in given:
            has_examples = True
            status = max(status, _print_examples(str(file), scenario, catalog))
    if status == 0 and not has_examples:
        return Console().fail(f"{', '.join(options.files)}: no file has `examples`", FAILED)
    if status == 0:
        unused = unused_set(options, read, ", ".join(options.files))
        if unused is not None:
            return Console().fail(unused, ERROR)
    return status


def _print_examples(file: str, scenario: Scenario, catalog: Catalog) -> int:
    """Print the outcomes of the examples in a file, and return the exit status."""
    if not scenario.examples:
        return Console().fail(f"{file}: has no `examples`: add some, or run `mockgms check`", FAILED)
    failed = total = 0
    for outcome in outcomes(scenario, catalog):
        if outcome.number == 1:
            print(visible(f"{file}: {outcome.example}"))
        total += 1
        failed += bool(outcome.differences)
        print(visible(f"  {'FAIL' if outcome.differences else 'ok':4}  {outcome.request} -> {outcome.answer}"))
        for line in filter(None, (*outcome.differences, outcome.explanation if outcome.differences else "")):
            print(visible(f"        {line}"))
    print(f"{total - failed} of {total} requests met what was expected")
    return FAILED if failed else 0
