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


@pytest.fixture
def parse() -> Parse:
    """A scenario from its text, less the description."""
    return lambda text: Catalog().parse("description: x\n" + textwrap.dedent(text), "text")


@pytest.fixture
def mistaken(parse: Parse) -> Mistaken:
    """The mistakes of a text, which begins in line 2."""

    def mistakes(text: str) -> list[str]:
        with pytest.raises(ScenarioMistakes) as caught:
            parse(text)
        assert str(caught.value) == "\n".join(map(str, caught.value.mistakes))
        return [str(mistake) for mistake in caught.value.mistakes]

    return mistakes


@pytest.fixture
def serve(parse: Parse) -> Serve:
    """The service of some settings."""

    def service(settings: str) -> Service:
        text = textwrap.indent(textwrap.dedent(settings), "    ")
        return parse(f"services:\n  sales:\n{text}").services["sales"]

    return service
