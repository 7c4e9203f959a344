"""Keys that are set twice in an object of a JSON text."""

import json
from itertools import starmap
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgms.scenario.json_keys import (
    RepeatedKey,
    TooManyValues,
    find_repeated_key,
    may_have_repeated_key,
    repeated_key_of,
)


def find(text: str, at_most: int | None = None) -> RepeatedKey | None:
    return repeated_key_of(text.encode(), at_most)


@pytest.mark.parametrize(
    ("text", "path", "byte"),
    [
        ('{"a": 1, "a": 2}', "a", 9),
        ('{"a":1,"a" :2}', "a", 7),
        ('{"a": {"b": 1}, "c": {"b": 2, "b": 3}}', "c.b", 30),
        ('{"a": [1, {"b": [], "b": {}}]}', "a[...].b", 20),
        ('[[{"a": 1, "a": 2}]]', "[...][...].a", 11),
        ('{"": 1, "": 2}', "", 8),
        ('{"a": "b\\": ", "a": 2}', "a", 15),
        ('{"\\u0061": 1, "a": 2}', "a", 14),
        ('{"é": 1, "\\u00e9": 2}', "é", 10),
    ],
)
def test_a_key_that_is_set_twice_is_found_with_its_place(text: str, path: str, byte: int) -> None:
    assert find(text) == RepeatedKey(path, byte)
    assert may_have_repeated_key(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "1",
        '"a"',
        "{}",
        '{"a": {"a": {"a": 1}}, "b": [{"a": 1}, {"a": 1}]}',
        '{"a": "a", "b": "\\"a\\": 1, \\"a\\": 2"}',
        '{"a": "{", "b": "["}',
        '{"a": ' + "9" * 5_000 + "}",
    ],
)
def test_a_key_may_occur_in_several_objects_and_in_texts(text: str) -> None:
    assert find(text) is None
    assert not may_have_repeated_key(text.encode())


def test_a_text_with_more_levels_than_python_allows_is_searched() -> None:
    text = "[" * 100_000 + "]" * 100_000
    assert find(text) is None
    assert may_have_repeated_key(text.encode())  # not certain


@pytest.mark.parametrize("text", ['{"a": 1, "b": 2}', "[[], []]"])
def test_keys_objects_and_lists_can_be_limited(text: str) -> None:
    assert find(text, at_most=3) is None
    with pytest.raises(TooManyValues):
        find(text, at_most=2)


def test_a_long_text_is_read_in_steps() -> None:
    assert sum(1 for _ in find_repeated_key(b"[" + b",".join([b"{}"] * 5_000) + b"]")) == 10


class Repeats(Exception):
    """An object has a key twice."""


def refuse_repeated(pairs: list[tuple[str, Any]]) -> None:
    if len({key for key, _ in pairs}) < len(pairs):
        raise Repeats


def written(key: str, is_escaped: bool, value: str) -> str:
    return f"{json.dumps(key, ensure_ascii=is_escaped)} : {value}"


KEYS = st.sampled_from(["a", "b", '"', "\\", "é", ":", "{", ""])
VALUES: st.SearchStrategy[str] = st.recursive(
    st.sampled_from(["1", "null", '"a"', '"\\"a\\": 1"', '"[{"']),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(st.tuples(KEYS, st.booleans(), inner), max_size=3).map(
            lambda members: "{" + ",".join(starmap(written, members)) + "}"
        ),
    ),
)


@given(VALUES)
def test_the_search_and_the_quick_check_agree_with_the_decoder_of_python(text: str) -> None:
    try:
        json.loads(text, object_pairs_hook=refuse_repeated)
        expected = False
    except Repeats:
        expected = True
    assert (find(text) is not None, may_have_repeated_key(text.encode())) == (expected, expected)
