"""The bounded cache. No other cache of the package keeps long texts."""

import ast
from pathlib import Path

import pytest

import mockgms
from mockgms.domain.bounded_cache import LONGEST, MAX, BoundedCache


def test_a_result_is_computed_once() -> None:
    computed: list[str] = []

    def upper(text: str) -> str:
        computed.append(text)
        return text.upper()

    cache = BoundedCache(upper)
    assert [cache["a"], cache["b"], cache["a"], computed] == ["A", "B", "A", ["a", "b"]]


@pytest.mark.parametrize("key", ["x" * (LONGEST + 1), ("x" * LONGEST, "y", None, 1)])
def test_the_result_of_a_long_key_is_not_kept(key: object) -> None:
    cache = BoundedCache(repr)
    assert (cache[key], len(cache)) == (repr(key), 0)


@pytest.mark.parametrize("key", ["x" * LONGEST, ("x" * (LONGEST - 1), "y", None, 10**9)])
def test_the_result_of_a_key_of_the_maximum_length_is_kept(key: object) -> None:
    cache = BoundedCache(repr)
    assert (cache[key], list(cache)) == (repr(key), [key])


def test_the_length_function_can_use_the_result() -> None:
    cache = BoundedCache[int, str](lambda count: "x" * count, longest=9, length=lambda _, text: len(text))
    assert [len(cache[count]) for count in (9, 10)] == [9, 10]
    assert list(cache) == [9]


def test_a_full_cache_is_cleared() -> None:
    cache = BoundedCache(str)
    for number in range(MAX + 1):
        assert cache[number] == str(number)
    assert dict(cache) == {MAX: str(MAX)}


def test_an_exception_is_not_cached() -> None:
    cache = BoundedCache[str, int](int)
    for _ in range(2):
        with pytest.raises(ValueError, match="invalid literal"):
            cache["x"]
    assert not cache


# Modules with a cache that limits only its number of entries, and why no client can fill it with long texts.
BOUNDED = {
    "ui/documentation.py": "the files of the package",
    "http/content_type.py": "the names of codecs that Python has",
    "domain/instants.py": "a text over 64 characters raises, and what raises is not kept",
    "scenario/customers.py": "numbers",
    "scenario/declarations.py": "classes of settings and faults",
    "scenario/text_forms.py": "the names of all time zones, once",
    "scenario/kept_document.py": "a file of the package",
    "scenario/usual_requests.py": "sets of versions, and of operations that mockgms has",
    "api/gms/__init__.py": "the names of operations, once",
    "ui/files.py": "the files of the package",
    "ui/pages.py": "the pages of the package",
    "api/slots.py": "numbers, and the names of zones",
}


def entry_bounded(module: Path) -> bool:
    """True if the module uses `lru_cache` or `cache` of functools."""
    nodes = list(ast.walk(ast.parse(module.read_text())))
    imported = {name.name for node in nodes if isinstance(node, ast.ImportFrom) for name in node.names}
    return bool(imported & {"lru_cache", "cache"}) or any(
        isinstance(node, ast.Import) and "functools" in {name.name for name in node.names} for node in nodes
    )


@pytest.mark.slow
def test_no_other_module_has_a_cache_that_limits_only_its_entries() -> None:
    package = Path(mockgms.__file__).parent
    found = {str(module.relative_to(package)) for module in package.rglob("*.py") if entry_bounded(module)}
    assert found == set(BOUNDED)
