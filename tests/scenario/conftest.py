"""Scenarios given as text."""

import textwrap
from collections.abc import Callable
from typing import TypeAlias

import pytest

from mockgms.domain.service import Service
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.model import Scenario

Parse: TypeAlias = Callable[[str], Scenario]
Mistaken: TypeAlias = Callable[[str], list[str]]
Serve: TypeAlias = Callable[[str], Service]


def warnings_of(scenario: Scenario) -> tuple[str, ...]:
    """Return the warnings of a scenario as lines."""
    return tuple(map(str, scenario.warnings))


def warnings_of_rule(rule: str, auth: str = "{api_keys: [key]}") -> tuple[str, ...]:
    """Return the warnings of a scenario `x` whose only rule is `one`, in line 4 and column 4."""
    return warnings_of(Catalog([]).parse(f"description: x\nauth: {auth}\nrules:\n  [{{name: one, {rule}}}]\n", "x"))


@pytest.fixture
def parse() -> Parse:
    """Return a function that parses a scenario, and adds the description."""
    return lambda text: Catalog().parse("description: x\n" + textwrap.dedent(text), "text")


@pytest.fixture
def mistaken(parse: Parse) -> Mistaken:
    """Return a function that lists the mistakes of a scenario, whose text begins in line 2."""

    def mistakes(text: str) -> list[str]:
        with pytest.raises(ScenarioMistakes) as caught:
            parse(text)
        assert str(caught.value) == "\n".join(map(str, caught.value.mistakes))
        return [str(mistake) for mistake in caught.value.mistakes]

    return mistakes


@pytest.fixture
def serve(parse: Parse) -> Serve:
    """Return a function that parses the settings of a service."""

    def service(settings: str) -> Service:
        text = textwrap.indent(textwrap.dedent(settings), "    ")
        return parse(f"services:\n  sales:\n{text}").services["sales"]

    return service
