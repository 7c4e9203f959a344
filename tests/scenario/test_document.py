"""YAML text as a tree whose values have places."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mockgms.scenario.document import parse_document
from mockgms.scenario.mistakes import Mistake, Place, ScenarioMistakes
from mockgms.scenario.nodes import MapEntry, Node
from tests.messages import INDENTED, NO_ANCHOR


def plain(node: Node) -> Any:
    if isinstance(node.value, Mapping):
        return {key: plain(entry.node) for key, entry in node.value.items()}
    if isinstance(node.value, tuple):
        return [plain(item) for item in node.value]
    return node.value


def values(text: str | bytes) -> Any:
    return {key: plain(entry.node) for key, entry in parse_document(text, "x.yaml").items()}


def mistake(text: str | bytes) -> str:
    with pytest.raises(ScenarioMistakes) as caught:
        parse_document(text, "x.yaml")
    (found,) = caught.value.mistakes
    return str(found)


def test_every_key_and_value_has_its_place() -> None:
    document = parse_document("a: 1\nb:\n  - x\n  - {c: y}\n", "x.yaml")
    a, b = document["a"], document["b"]
    assert a == MapEntry(Place("x.yaml", 1, 1), Node(1, Place("x.yaml", 1, 4)))
    assert b.node.place == Place("x.yaml", 3, 3)
    assert b.node.value == (
        Node("x", Place("x.yaml", 3, 5)),
        Node({"c": MapEntry(Place("x.yaml", 4, 6), Node("y", Place("x.yaml", 4, 9)))}, Place("x.yaml", 4, 5)),
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("on", "on"),
        ("yes", "yes"),
        ("12:30", "12:30"),
        ("2026-12-25", "2026-12-25"),
        ("01-01", "01-01"),
        ("2026-03-02T08:55:00Z", "2026-03-02T08:55:00Z"),
        ("8.5.1", "8.5.1"),
        ("80%", "80%"),
        ("1_000", "1_000"),
        ("=", "="),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("7", 7),
        ("-07", -7),
        ("0x1F", 31),
        ("0o17", 15),
        ("1.5", 1.5),
        (".5e1", 5.0),
        ("-.inf", float("-inf")),
        ('"7"', "7"),
        ("'true'", "true"),
    ],
)
def test_only_scalars_of_yaml_1_2_are_more_than_text(text: str, value: object) -> None:
    assert values(f"a: {text}") == {"a": value}
    assert type(values(f"a: {text}")["a"]) is type(value)


def test_every_key_is_text() -> None:
    assert values("1: a\nno: b\n~: c\n'<<': {d: e}") == {"1": "a", "no": "b", "~": "c", "<<": {"d": "e"}}


def test_merge_keys_add_the_keys_of_other_maps() -> None:
    assert values("a: &a {x: 1, y: 2}\nb: {y: 3, <<: *a}\nc: {<<: [{y: 4, z: 5}, *a]}") == {
        "a": {"x": 1, "y": 2},
        "b": {"x": 1, "y": 3},
        "c": {"x": 1, "y": 4, "z": 5},
    }
    assert mistake("a: {<<: 1}") == "x.yaml:1:9: `<<` takes a map, or a list of maps: write `<<: *anchor`"
    assert mistake("a: {<<: [{}, 1]}") == "x.yaml:1:9: `<<` takes a map, or a list of maps: write `<<: *anchor`"


def test_an_alias_has_the_value_of_its_anchor() -> None:
    assert values("a: &x [1, &y b]\nc: *x\nd: *y") == {"a": [1, "b"], "c": [1, "b"], "d": "b"}


def test_a_byte_order_mark_is_ignored() -> None:
    assert values(b"\xef\xbb\xbfa: 1") == {"a": 1}
    assert values("\ufeffa: 1") == {"a": 1}


JSON_TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | JSON_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(JSON_TEXT, inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.slow
@given(st.dictionaries(JSON_TEXT, JSON, max_size=3), st.booleans(), st.sampled_from([None, 2]))
def test_json_is_read_unchanged(tree: dict[str, Any], ascii_only: bool, indent: int | None) -> None:
    assert values(json.dumps(tree, ensure_ascii=ascii_only, indent=indent)) == tree


def test_escaped_backslashes_before_a_u_are_kept() -> None:
    tree = {"a": "\\ud83d\\ude00", "b": "\\\U0001f600"}
    assert values(json.dumps(tree)) == tree


COLON = (
    'is not YAML: the text of `b` has a colon and a space: put it in quotes, `b: "c: d"`, or if `c` is a key, write'
    " it on a line of its own"
)
BELOW = f"is not YAML: `b` {INDENTED}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "x.yaml:1:1: is empty: a scenario is a map of keys and values that begins with `description: ...`"),
        ("# a\n", "x.yaml:1:1: is empty: a scenario is a map of keys and values that begins with `description: ...`"),
        ("- a", "x.yaml:1:1: a scenario is a map of keys and values that begins with `description: ...`"),
        ("--- a", "x.yaml:1:5: a scenario is a map of keys and values that begins with `description: ...`"),
        ("a: 1\nb: c: d", f"x.yaml:2:5: {COLON}"),
        ("a: 1\n  b: 2\na: 3", f"x.yaml:2:4: {BELOW}"),
        ("x: {a: 1, b: 2, a: 3}", "x.yaml:1:17: `a` is set twice: keep it here or in line 1"),
        ("a: 1\n---\nb: 2", "x.yaml:2:1: is the start of a second document; a file holds one"),
        ("a: !x 1", "x.yaml:1:4: tags such as !x are not supported: write the value without it"),
        ("a: !!str 1", "x.yaml:1:4: tags such as tag:yaml.org,2002:str are not supported: write the value without it"),
        ("[a]: 1", "x.yaml:1:1: a key is plain text, not a list, a map, an alias or a tag"),
        ("!x a: 1", "x.yaml:1:1: a key is plain text, not a list, a map, an alias or a tag"),
        ("a: *b", f'x.yaml:1:4: `*b` {NO_ANCHOR} "*b"'),
        ("a: &a [*a]", f'x.yaml:1:8: `*a` {NO_ANCHOR} "*a"'),
        ("a: b\0", "x.yaml:1:5: the character U+0000 is not allowed in YAML"),
        ("a: 1\nb: \ud800", "x.yaml:2:4: the character U+D800 is not allowed in YAML"),
        (b"a: 1\nb: \xfc\n", "x.yaml:2:4: is not UTF-8: byte 0xfc"),
        ('a: "\\0"', "x.yaml:1:4: has an escape for a character that is not allowed, such as NUL"),
        ("a: " + "9" * 5_000, "x.yaml:1:4: is too large a number; put it in quotes if it is text"),
        ("a: " + "9" * 20, "x.yaml:1:4: is too large a number; put it in quotes if it is text"),
        ("a: " + "[" * 100, "x.yaml:1:23: is nested more than 20 levels deep"),
        (b"#" * 1_048_577, "x.yaml:1:1: is larger than 1048576 bytes"),
        # 40,000 of them kept the whole server busy for ten seconds.
        ("\n%TAG !a! !" * 1_001, "x.yaml:2:1: is one of more than 1000 %TAG: remove them"),
    ],
)  # fmt: skip
def test_a_text_that_cannot_be_read_is_a_mistake_with_a_place(text: str | bytes, expected: str) -> None:
    assert mistake(text) == expected


def test_a_key_that_is_set_twice_has_its_first_value() -> None:
    repeated: list[Mistake] = []
    document = parse_document("a: 1\nb: {c: 1, c: 2}\na: 2\n", "x.yaml", repeated)
    assert {key: plain(entry.node) for key, entry in document.items()} == {"a": 1, "b": {"c": 1}}
    assert list(map(str, repeated)) == [
        "x.yaml:2:11: `c` is set twice: keep it here or in line 2",
        "x.yaml:3:1: `a` is set twice: keep it here or in line 1",
    ]


def test_a_tag_directive_is_allowed() -> None:
    assert values("%TAG !a! !\n---\na: 1") == {"a": 1}


def test_aliases_cannot_exceed_the_limit_of_values() -> None:
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert mistake("\n".join(lines)) == "x.yaml:5:10: exceeds the limit of 20000 values in a scenario"


@pytest.mark.parametrize("anchored", ["text", "{? text : 1}"])
def test_aliases_of_long_texts_and_keys_are_limited_by_their_characters(anchored: str) -> None:
    long = anchored.replace("text", "t" * 524_000)
    assert len(values(f"a: &a {long}\nb: [{', '.join(['*a'] * 7)}]")["b"]) == 7
    message = "exceeds the limit of 4194304 characters in the values of a scenario"
    assert mistake(f"a: &a {long}\nb: [{', '.join(['*a'] * 8)}]") == f"x.yaml:2:33: {message}"


def test_a_python_without_libyaml_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockgms.scenario.yaml_reader._LOADER", yaml.SafeLoader)
    assert values('{"a": [1, "x", null], b: NO}') == {"a": [1, "x", None], "b": "NO"}
    assert mistake("a: 1\nb: c: d") == f"x.yaml:2:5: {COLON}"
    assert mistake("a: " + "[" * 100_000) == "x.yaml:1:23: is nested more than 20 levels deep"


@given(st.binary(max_size=60) | st.text("ab:-[]{}&*!#'\"|> \n\t0\\u%@,?", max_size=40).map(str.encode))
def test_any_bytes_are_a_document_or_a_mistake_with_a_place(text: bytes) -> None:
    found: tuple[Mistake, ...] = ()
    try:
        parse_document(text, "x.yaml")
    except ScenarioMistakes as mistakes:
        found = mistakes.mistakes
    assert all(mistake.file == "x.yaml" and mistake.line >= 1 and mistake.column >= 1 for mistake in found)
