import re
from copy import copy

import pytest

from mockgms.domain.lazy_regex import lazy_regex


def test_a_lazy_regular_expression_gives_the_same_results_as_a_compiled_one() -> None:
    lazy, compiled = (
        lazy_regex("(?P<digits>[0-9]+)|b", re.IGNORECASE),
        re.compile("(?P<digits>[0-9]+)|b", re.IGNORECASE),
    )
    assert lazy.pattern == compiled.pattern
    text = "a12B3"
    assert lazy.findall(text) == compiled.findall(text)
    assert lazy.sub("x", text) == compiled.sub("x", text)
    assert lazy.split(text) == compiled.split(text)
    assert [found.groupdict() for found in lazy.finditer(text)] == [
        found.groupdict() for found in compiled.finditer(text)
    ]
    assert lazy.match(text) is None
    assert lazy.fullmatch("12") is not None


def test_a_lazy_regular_expression_of_bytes_searches_bytes() -> None:
    found = lazy_regex(rb"\r?\n").search(b"a\r\nb")
    assert found is not None
    assert found.span() == (1, 3)


def test_an_invalid_lazy_regular_expression_fails_at_its_first_use() -> None:
    lazy = lazy_regex("(")
    with pytest.raises(re.error):
        lazy.search("")


def test_a_copy_of_a_lazy_regular_expression_gives_the_same_results() -> None:
    assert copy(lazy_regex("b")).search("abc") is not None
