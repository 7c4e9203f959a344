"""Mistakes in a body of the admin API in plain words: the field, what is wrong, and what to write instead."""

from collections.abc import Iterator
from json import dumps
from re import DOTALL
from typing import Any, Final

import msgspec
from msgspec import inspect

from mockgms.api.field_types import Body
from mockgms.domain.lazy_regex import lazy_regex
from mockgms.domain.quoting import shortened
from mockgms.http.refusals import Unreadable
from mockgms.scenario.mistakes import any_of, did_you_mean, list_known

_EXPECTED: Final = lazy_regex(
    r"Expected `([a-z| ]+)`((?: [<>]=? -?[0-9.]+| of length [<>]=? [0-9]+)?)(?:, got `([a-z]+)`)?"
)
_WORDS: Final = {
    "str": "text",
    "int": "a whole number",
    "float": "a decimal number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
}
_NAMED: Final = lazy_regex(r"Object (?:contains unknown|missing required) field `(.+)`")
_CHOICE: Final = lazy_regex(r"Invalid enum value (.+)", DOTALL)
_STEP: Final = lazy_regex(r"\.\w+|\[\d+\]|\[\.\.\.\]")  # into an object, a list, or a map
_INTO_MAP: Final = "[...]"
_WRITTEN: Final = {"str", "array", "object"}  # msgspec's words for the types of values that can be written wrong
_UNQUOTED: Final = {"int", "float", "bool"}


def unreadable(mistake: Exception, shape: Any, place: str) -> Unreadable:
    """Return the refusal for a mistake of msgspec in a value of `shape`; `place` is its path in the body."""
    if isinstance(mistake, RecursionError):
        return Unreadable(place or "body", "has too many objects or lists inside each other: send fewer levels")
    reason, _, inside = str(mistake).partition(" - at ")
    named = _NAMED.fullmatch(reason)
    path = [f"{place}{inside.strip('`').removeprefix('$')}".removeprefix("."), named[1] if named else ""]
    if named and "unknown" in reason:
        known = [field.encode_name for field in _struct(_type_at(shape, inside)).fields]
        near = did_you_mean(named[1], known)
        remedy = "" if near else _place(named[1], shape, inside) or _remedy(shape, inside)
        reason = f"is not a known field{near}{list_known(known)}{remedy}"
    elif named:
        reason = f"is required{_remedy(shape, inside)}"
    elif choice := _CHOICE.fullmatch(reason):
        reason = f"must be {any_of(_choices(_type_at(shape, inside)))}, not {shortened(choice[1])}"
    else:
        reason = _in_words(reason, shape, inside)
    return Unreadable(".".join(filter(None, path)) or "body", reason)


def _in_words(reason: str, shape: Any, path: str) -> str:
    """Return a clause in plain words for a reason of msgspec, such as "Expected `int | null`, got `str`".

    It says what to write, unless the type says so, as "true or false" does.
    """
    parts = _EXPECTED.fullmatch(reason)
    if parts is None:
        return f"cannot be read: {reason}"
    types, bound, sent = parts[1].split(" | "), parts[2], parts[3]
    wanted = any_of([_WORDS.get(each, each) for each in types])
    instead = f", not {_WORDS.get(sent, sent)}" if sent else ""
    if sent == "str" and _UNQUOTED & set(types):
        return f"must be {wanted}{bound}{instead}: write it without quotes"
    return f"must be {wanted}{bound}{instead}{_remedy(shape, path) if _WRITTEN & set(types) else ''}"


def _place(name: str, shape: Any, path: str) -> str:
    """Return where to write a field instead, if a value around the path has it. Empty if none has."""
    place = ""
    for step, found in _types_along(shape, path)[:-1]:
        place += step
        structs = (each for each in _alternatives(found) if isinstance(each, inspect.StructType))
        if any(field.encode_name == name for struct in structs for field in struct.fields):
            return f": move it to {place.removeprefix('.') or 'the body itself'}"
    return ""


def _remedy(shape: Any, path: str) -> str:
    """Return what to write at a path, such as `: write "15m"`. Empty if no type on the path has an example."""
    example = _example_at(shape, path)
    return "" if example is None else f": write {dumps(example, ensure_ascii=False)}"


def _example_at(shape: Any, path: str) -> Any:
    """Return the example of a value at a path: of its type, a part of the example around it, or its first choice."""
    example: Any = None
    types = _types_along(shape, path)
    for step, found in types:
        own = _own_example(found)
        example = _part(example, step) if own is None else own
    return example if example is not None else next(iter(_choices(types[-1][1])), None)


def _part(example: Any, step: str) -> Any:
    """Return the part of an example that a step leads to, or one like it. Text stands for a list of texts too."""
    if isinstance(example, dict):
        return example.get(step[1:]) if step.startswith(".") else next(iter(example.values()))
    return example[0] if isinstance(example, list) else example


def _own_example(found: Any) -> Any:
    """Return the first example that a type declares, or None."""
    examples = (found.extra_json_schema or {}).get("examples") if isinstance(found, inspect.Metadata) else None
    if examples:
        return examples[0]
    bare = found.type if isinstance(found, inspect.Metadata) else found
    if isinstance(bare, inspect.UnionType):
        return next(filter(None, map(_own_example, bare.types)), None)
    if isinstance(bare, inspect.StructType) and issubclass(bare.cls, Body) and hasattr(bare.cls, "example"):
        return msgspec.json.decode(bare.cls.example)
    return None


def _type_at(shape: Any, path: str) -> Any:
    """Return the type at a path such as `$.order[0]` in a body of this shape."""
    return _types_along(shape, path)[-1][1]


def _types_along(shape: Any, path: str) -> list[tuple[str, Any]]:
    """Return each step of a path with the type that it leads to. The first step is empty, and leads to the shape."""
    types: list[tuple[str, Any]] = [("", inspect.type_info(shape))]
    for step in _STEP.findall(path):
        types.append((step, _inside(types[-1][1], step)))
    return types


def _inside(found: Any, step: str) -> Any:
    """Return the type that a step leads to: of a field, of an element of a list, or of the values of a map."""
    if step.startswith("."):
        return next(field.type for field in _struct(found).fields if field.encode_name == step[1:])
    if step == _INTO_MAP:
        return next(each.value_type for each in _alternatives(found) if isinstance(each, inspect.DictType))
    listed = next(each for each in _alternatives(found) if isinstance(each, inspect.ListType | inspect.TupleType))
    return listed.item_type if isinstance(listed, inspect.ListType) else listed.item_types[int(step[1:-1])]


def _struct(found: Any) -> Any:
    """Return the struct among the alternatives of a type."""
    return next(each for each in _alternatives(found) if isinstance(each, inspect.StructType))


def _choices(found: Any) -> list[str]:
    """Return the values of the literals and enumerations among the alternatives of a type."""
    choices: list[str] = []
    for each in _alternatives(found):
        choices += map(str, getattr(each, "values", ()) or (each.cls if isinstance(each, inspect.EnumType) else ()))
    return choices


def _alternatives(found: Any) -> Iterator[Any]:
    """Yield the types of a union, or the type itself, without their descriptions."""
    bare = found.type if isinstance(found, inspect.Metadata) else found
    if isinstance(bare, inspect.UnionType):
        for each in bare.types:
            yield from _alternatives(each)
    else:
        yield bare
