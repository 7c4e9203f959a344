from time import process_time

import pytest
import yaml

from mockgms.scenario.document import parse_document
from mockgms.scenario.mistakes import ScenarioMistakes
from tests.messages import A_SCENARIO

MISTAKES = {
    "a: 1\n\tb: 2\n": "2:1: is not YAML: a tab indents this line: YAML indents with spaces only",
    "a:\n  b: 1\n  \tc: 2\n": "3:3: is not YAML: a tab indents this line: YAML indents with spaces only",
    "a:\n  -\tb: 1\n": "2:4: is not YAML: a tab is here: YAML takes spaces only",
    "rules:\n  - name: a, then: hang\n": (
        "2:18: is not YAML: `name` is followed by further keys: write each on a line of its own, or all of them in"
        " braces"
    ),
    'a:\n  - b: "x\n    c: 1\n  - b: "y"\n': (
        "2:8: is not YAML: the quote that begins here is closed only in line 4: close it in this line"
    ),
    "a: 'x\nb: it's\n": "1:4: is not YAML: the quote that begins here is closed only in line 2: close it in this line",
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
        f"1:1: {A_SCENARIO} that begins with `description: ...`; a space is missing after the"
        " colon: write `capacity: 2`"
    ),
    "description: 'x\nseed: 1\n": "1:14: is not YAML: the quote that begins here is not closed",
    'a: [1, "x\n': "1:8: is not YAML: the quote that begins here is not closed",
    "a: 'it's'\n": (
        "1:7: is not YAML: the quoted text ends here: write the quote in it twice (''), or use the other kind of quotes"
    ),
    'a: "b\\" c"d\n': (
        "1:10: is not YAML: the quoted text ends here: write the quote in it twice (''), or use the other kind of"
        " quotes"
    ),
    "seed 1\ndescription: x\n": (
        "2:12: is not YAML: the text before `description` is not a key with a value: write `key: value` on each line"
    ),
    "a: {b: x: y}\n": "1:9: is not YAML: the text before this colon is not a key: put a text with a colon in quotes",
    "a: {b: #1}\nc: 2\n": "1:8: is not YAML: a # after a space begins a comment: put a text with # in quotes",
    "a: {b: 1 # ours\nc: 2\n": (
        "2:1: is not YAML: a comma, or the `}` that closes the `{` in line 1, column 4, is missing before this"
    ),
    "a: {b: 1\nc: 2\n": (
        "2:2: is not YAML: a comma, or the `}` that closes the `{` in line 1, column 4, is missing before this"
    ),
    "a: [1, 2\nb: 3\n": (
        "2:2: is not YAML: a comma, or the `]` that closes the `[` in line 1, column 4, is missing before this"
    ),
    '{"a": "x" "b": 1}\n': (
        "1:11: is not YAML: a comma, or the `}` that closes the `{` in line 1, column 1, is missing before this"
    ),
    'a: "b" c\n': "1:8: is not YAML: text follows the closing quote: put the whole text in quotes",
    "a:\n  - b: 1\n   c: 2\n": (
        "3:4: is not YAML: the indentation of this line matches no line above: indent it like its neighbours"
    ),
    "a: *0100\nb: 1\n": (
        '1:4: `*0100` refers to no anchor that is complete before it; put a text that begins with * in quotes: "*0100"'
    ),
    "a: *+x\n": "1:4: is not YAML: a text cannot begin with *: put it in quotes",
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


def test_a_missing_space_before_a_bracket_has_a_plain_message() -> None:
    with pytest.raises(ScenarioMistakes) as caught:
        parse_document("a: {b:{c: 1}}\n", "x.yaml")
    assert str(caught.value) == "x.yaml:1:6: is not YAML: a space is missing after this colon"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: |\nb\nc: 1\n", "x.yaml:3:1: is not YAML: could not find expected ':'"),
        ("[", "x.yaml:2:1: is not YAML: did not find expected node content"),
        # YAML ends a line at U+2028 too, so the place is not that of the bracket.
        ("x: 'a\u2028b'\ny: {a: 1\nz: 2\nw: 3\n", "x.yaml:4:2: is not YAML: did not find expected ',' or '}'"),
    ],
)
def test_any_other_syntax_error_has_the_message_of_the_parser(text: str, expected: str) -> None:
    with pytest.raises(ScenarioMistakes) as caught:
        parse_document(text, "x.yaml")
    assert str(caught.value) == expected


def test_a_long_line_with_many_comments_is_explained_in_linear_time() -> None:
    started = process_time()
    with pytest.raises(ScenarioMistakes):
        parse_document(f"a: {{{' #' * 100_000}\nb: 1\nc: 2\n", "x.yaml")
    assert process_time() - started < 2  # took 12 s when each # was searched from
