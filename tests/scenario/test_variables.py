"""Variables in scenario files."""

import argparse
from pathlib import Path

import pytest

from mockgms.commands.settings import add_variables, variables
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.faults.respond import Respond
from mockgms.scenario.mistakes import Mistake, ScenarioMistakes
from mockgms.scenario.sources import assemble_sources
from mockgms.scenario.variables import LONGEST_TEXT, Variables
from mockgms.scenario.yaml_reader import read_yaml

FILE = """
description: 'Capacity ${CAPACITY} for ${WHO:-nobody}, $${WHO}, ${who} and $$'
services:
  sales:
    capacity: ${CAPACITY:-3}
    timezone: "${ZONE:-UTC}"
seed: ${SEED:-7}
rules:
  - {name: html, then: {fault: respond, body: "${phone} $${HOME} ${GREETING:-}"}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "own.yaml").write_text(FILE)
    return tmp_path / "own.yaml"


def test_variables_are_replaced_by_their_values_or_defaults(file: Path) -> None:
    scenario = Catalog([], {"CAPACITY": "2", "SEED": "", "ZONE": "Europe/Paris"}).load_file(file)
    assert scenario.description == "Capacity 2 for nobody, ${WHO}, ${who} and $$"
    assert (scenario.seed, scenario.services["sales"].timezone.key) == (7, "Europe/Paris")
    other = Catalog([]).parse("description: x\nservices: {sales: {capacity: 2}}")
    assert scenario.services["sales"].capacity == other.services["sales"].capacity
    [rule] = scenario.rules
    assert rule.then == (Respond(body="${phone} ${HOME} "),)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{a: ${A}, b: ${B:-3}}", {"a": 1, "b": 3}),
        ("[${A}, '${A}', ${B:-x, y}]", [1, "1", "x, y"]),
        ("{a: ${B:-[x]}}", {"a": "[x]"}),
        ("${B:-a: b #c}", "a: b #c"),
        ("{a: Hi ${phone} of $${B}}", {"a": "Hi ${phone} of ${B}"}),
        ("{'${phone}': 1, ${x}: 2}", {"${phone}": 1, "${x}": 2}),
        ("{a: ${A}, b: \uf8e0}", None),
        ("{a: \uf8e0, b: '${A}'}", {"a": "\uf8e0", "b": "1"}),
    ],
)
def test_variables_can_stand_in_maps_and_lists_on_one_line(written: str, expected: object) -> None:
    def read() -> object:
        repeated: list[Mistake] = []
        node = read_yaml(f"a: 1\nx: {written}\n", "x", repeated, Variables({"A": "1"}))
        assert node is not None
        return node.plain()["x"]

    if expected is None:  # the text has a character that would stand for a brace
        with pytest.raises(ScenarioMistakes, match="is missing before this"):
            read()
    else:
        assert read() == expected


def test_the_place_after_a_variable_in_a_map_on_one_line_is_right() -> None:
    with pytest.raises(ScenarioMistakes) as caught:
        Catalog([]).parse("description: x\nservices: {sales: {capacity: ${A:-3}, tiemzone: UTC}}")
    assert str(caught.value) == "<body>:2:39: unknown key `tiemzone`, did you mean `timezone`?"


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ('"${A:-3}"', "not '3': write it without quotes"),
        ("$A", "not '$A': a variable is written in capitals and braces, ${A}"),
        ("${a:-3}", "not '${a:-3}': a variable is written in capitals and braces, ${A}"),
    ],
)
def test_a_variable_that_is_not_written_as_one_has_its_remedy(written: str, remedy: str) -> None:
    with pytest.raises(ScenarioMistakes) as caught:
        Catalog([]).parse(f"description: x\nservices: {{sales: {{capacity: {written}}}}}")
    assert str(caught.value).endswith(remedy)


def test_a_scenario_with_variables_is_restored_without_them(file: Path) -> None:
    scenario = Catalog([], {"CAPACITY": "2"}).load_file(file)
    restored = assemble_sources("own", scenario.sources)
    assert restored == scenario
    assert restored.description == "Capacity 2 for nobody, ${WHO}, ${who} and $$"


@pytest.mark.parametrize(
    ("value", "mistake"),
    [
        (
            "${NOPE}",
            (
                "`${NOPE}`: the variable NOPE is not set: set it in the environment or by --set NOPE=VALUE, write a"
                " default (`${NOPE:-VALUE}`), or `$${NOPE}` for the text itself"
            ),
        ),
        ("x ${NOPE:3}", "`${NOPE:3}` is not written as `${NOPE}` or `${NOPE:-default}`"),
        ("${NOPE-3}", "`${NOPE-3}` is not written as `${NOPE}` or `${NOPE:-default}`"),
    ],
)
def test_a_variable_without_a_value_is_a_mistake_with_its_place(tmp_path: Path, value: str, mistake: str) -> None:
    (tmp_path / "own.yaml").write_text(f"description: {value}\n")
    with pytest.raises(ScenarioMistakes) as caught:
        Catalog([tmp_path]).named("own")
    assert str(caught.value) == f"{tmp_path / 'own.yaml'}:1:14: {mistake}"
    assert [each for name, each in Catalog([tmp_path]).names() if name == "own"] == [
        f"does not load: {tmp_path / 'own.yaml'}:1:14: {mistake}"
    ]


def test_a_scenario_from_text_has_only_the_defaults_of_variables() -> None:
    catalog = Catalog([], {"WHO": "me"})
    assert catalog.parse("description: ${WHO:-you}").description == "you"
    with pytest.raises(ScenarioMistakes, match="the variable WHO is not set"):
        catalog.parse("description: ${WHO}")


def test_variables_are_replaced_in_parents(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("description: ${WHO}\nseed: 3\n")
    (tmp_path / "own.yaml").write_text("description: Mine.\nextends: ${BASE:-base}\n")
    catalog = Catalog([tmp_path], {"WHO": "me"})
    assert catalog.named("own").seed == 3
    assert catalog.parse("description: x\nextends: own").seed == 3


def test_keys_that_begin_with_x_have_no_effect_but_their_anchors() -> None:
    text = "description: x\nx-usual: &usual {capacity: 7}\nservices: {sales: {<<: *usual, timezone: UTC}}\nx-y: [1]\n"
    plain = "description: x\nservices: {sales: {capacity: 7, timezone: UTC}}\n"
    assert Catalog([]).parse(text).services == Catalog([]).parse(plain).services


def test_values_of_the_command_line_replace_those_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZONE", "UTC")
    monkeypatch.setenv("SEED", "1")
    parser = argparse.ArgumentParser()
    add_variables(parser)
    found = variables(parser.parse_args(["--set", "SEED=2", "--set", "A_1=x=y"]))
    assert (found["ZONE"], found["SEED"], found["A_1"]) == ("UTC", "2", "x=y")
    for wrong in "SEED", "seed=1":
        with pytest.raises(SystemExit):
            parser.parse_args(["--set", wrong])
        assert f"{wrong!r} is not of the form NAME=VALUE, with a name in capitals" in capsys.readouterr().err


@pytest.mark.parametrize("values", [{}, {"A": "a"}])
@pytest.mark.parametrize("text", ["${A:-${B:-c}}", "${A:-${phone}}"])
def test_a_default_has_no_variable_in_it(text: str, values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"has another variable in its default, which has to be plain text$"):
        Variables(values).substitute(text)


def test_variables_that_are_not_closed_are_read_in_linear_time() -> None:
    text = "${A:-" * 100_000  # took 20 minutes
    scenario = Catalog([]).parse(f"description: x\nx-open: '{text}'\nx-closed: '}}{text}'\nx-last: '}}'")
    assert scenario.description == "x"


def test_the_values_of_all_variables_have_a_common_limit() -> None:
    just_enough = "${A}" * 1024
    assert len(Variables({"A": "a" * 1024}).substitute(just_enough)) == LONGEST_TEXT
    variables = Variables({"A": "a" * 1024})
    variables.substitute(just_enough)
    with pytest.raises(ValueError, match="have more than 1048576 characters in this file"):
        variables.substitute("${A}")
