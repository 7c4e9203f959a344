"""The page of the gallery: each scenario in `docs/gallery`, with its requests and what they meet."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from mockgms.commands.trying import ExampleOutcome, outcomes
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.examples import Step
from mockgms.scenario.model import Scenario
from mockgms.scenario.nodes import Node
from mockgms.scenario.text_forms import render_duration

FOLDER: Final = "docs/gallery"
PAGE: Final = f"{FOLDER}/index.md"
_EXAMPLES: Final = "\nexamples:\n"
_ANSWERED: Final = re.compile(r"(?P<status>[^[]*)( \[(?P<rule>[^:]*): (?P<faults>.*)\])?")
_INTRODUCTION: Final = """# Gallery

Scenarios for stories that a tester may want. To play one, copy its text into the [scenario
editor](../reference/pages.md#the-scenario-editor) and apply it, or save it as a file. `mockgms ctl use quota.yaml`
sends the file to a running server, and `mockgms serve --scenario quota.yaml` starts one with it. Its
[`examples`](../reference/scenarios.md#examples) are the requests below. `mockgms try quota.yaml` sends them, and shows
what each of them meets. The tests of mockgms run all of them.
"""


def gallery_files(root: Path) -> list[Path]:
    """Return the scenario files of the gallery, sorted by name."""
    return sorted((root / FOLDER).glob("*.yaml"))


def render_gallery(root: Path) -> str:
    """Return the page: for each scenario its title, what it shows, its YAML, and its requests with their outcomes."""
    catalog = Catalog()
    scenarios = [(file, catalog.load_file(file)) for file in gallery_files(root)]
    scenarios.sort(key=lambda each: each[1].description)
    return "\n".join([_INTRODUCTION, *(line for each in scenarios for line in _section(*each, catalog))])


def _section(file: Path, scenario: Scenario, catalog: Catalog) -> Iterator[str]:
    text, _, _ = file.read_text("utf-8").partition(_EXAMPLES)
    comment = re.match(r"(?:# .*\n)*", text)
    about = "" if comment is None else comment[0]
    yield f"## {scenario.description}\n"
    yield f"{' '.join(line.removeprefix('# ') for line in about.splitlines())}\n"
    yield f'```yaml title="{file.name}"\n{text.removeprefix(about).strip()}\n```\n'
    yield "| Request | Sends | Meets |\n| --- | --- | --- |"
    steps = [step for example in scenario.examples for step in example.steps]
    for step, outcome in zip(steps, outcomes(scenario, catalog), strict=True):
        yield f"| {_request(step)} | {_sent(step)} | {_met(step, outcome)} |".replace("|  |", "| |")
    yield ""


def _request(step: Step) -> str:
    later = "" if step.advance is None else f"{render_duration(step.advance)} later: "
    return f"{later}`{step.request}`"


def _sent(step: Step) -> str:
    parts = [f"`{name}: {value}`" for name, value in step.headers.items()]
    fields = step.fields.plain() if isinstance(step.fields, Node) else {}
    return ", ".join([*parts, *(f"`{name}`: `{_shown(value)}`" for name, value in fields.items())])


def _met(step: Step, outcome: ExampleOutcome) -> str:
    """Return what a request met, and the parts of its answer that are expected."""
    answered = _ANSWERED.fullmatch(outcome.answer)
    parts = [outcome.answer if answered is None else answered["status"]]
    if answered is not None and answered["rule"]:
        parts[0] += f" by `{answered['rule']}` ({answered['faults']})"
    parts += [f"`{name}: {value}`" for name, value in step.expect.headers.items()]
    if isinstance(step.expect.body, Node):
        parts.append(f"`{_shown(step.expect.body.plain())}`")
    return ", ".join(parts)


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text.replace("|", "\\|")
