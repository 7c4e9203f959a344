import pytest
import yaml

from mockgms.scenario.document import parse_document
from mockgms.scenario.mistakes import ScenarioMistakes

MISTAKES = {
    "a: 1\n\tb: 2\n": "2:1: is not YAML: a tab indents this line: YAML indents with spaces only",
    "a:\n  b: 1\n  \tc: 2\n": "3:3: is not YAML: a tab indents this line: YAML indents with spaces only",
    "description: Test: gone\n": (
        "1:18: is not YAML: the text of `description` has a colon and a space: put it in quotes,"
        ' `description: "Test: gone"`'
    ),
    'description: "x": y\n': (
        '1:17: is not YAML: the text of `description` has a colon and a space: put it in quotes, `description: "..."`'
    ),
    "description: x\ncapacity:2\nseed: 1\n": (
        "2:9: is not YAML: a space is missing after the colon: write `capacity: 2`"
    ),
    "services:\n  sales:\n    capacity:2\n    timezone: UTC\n": (
        "3:13: is not YAML: a space is missing after the colon: write `capacity: 2`"
    ),
    "capacity:2\n": (
        "1:1: a scenario is a map of keys and values that begins with `description: ...`; a space is missing after the"
        " colon: write `capacity: 2`"
    ),
    "description: 'x\nseed: 1\n": "1:14: is not YAML: the quote that begins here is not closed",
    'a: [1, "x\n': "1:8: is not YAML: the quote that begins here is not closed",
    "a: 'it's'\n": (
        "1:7: is not YAML: the quoted text ends here: write the quote in it twice (''), or use the other kind of quotes"
    ),
    "seed 1\ndescription: x\n": (
        "2:12: is not YAML: the text before `description` is not a key with a value: write `key: value` on each line"
    ),
    "a: @x\n": "1:4: is not YAML: a text cannot begin with @: put it in quotes",
    "a: 1\n  b: 2\n": (
        "2:4: is not YAML: `b` is indented below a line that already has a value: indent both keys equally"
    ),
}


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize("text", MISTAKES)
def test_a_syntax_error_in_yaml_has_a_plain_message(text: str, loader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockgms.scenario.yaml_reader._LOADER", getattr(yaml, loader))
    with pytest.raises(ScenarioMistakes) as caught:
        parse_document(text, "x.yaml")
    assert str(caught.value) == f"x.yaml:{MISTAKES[text]}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [1, 2\nb: 3\n", "x.yaml:2:2: is not YAML: did not find expected ',' or ']'"),
        ("[", "x.yaml:2:1: is not YAML: did not find expected node content"),
    ],
)
def test_any_other_syntax_error_has_the_message_of_the_parser(text: str, expected: str) -> None:
    with pytest.raises(ScenarioMistakes) as caught:
        parse_document(text, "x.yaml")
    assert str(caught.value) == expected
