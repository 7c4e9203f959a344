"""Declarations: derives the fields of an annotated class, and builds its objects from the values of a file.

Each class is compiled once, at its first use. Those of settings and faults use the annotations of
`mockgms.domain.annotations`, those of rules the ones of msgspec.
"""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache, partial
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from msgspec import NODEFAULT, Meta, Struct, UnsetType, structs

from mockgms.domain.annotations import (
    AllowedValues,
    Bounds,
    Doc,
    Dotted,
    Form,
    Gms,
    Hidden,
    Inline,
    Key,
    Look,
    Placed,
    Unit,
    WrittenAs,
)
from mockgms.scenario.field_types import (
    Alternative,
    Anything,
    Field,
    FieldType,
    FormedText,
    ListOf,
    MapOf,
    Number,
    OneOf,
    PlainText,
    Record,
    Scalar,
)
from mockgms.scenario.text_forms import FORMS, FORMS_OF_TYPES, Made, Text

_T = TypeVar("_T")


def build(kind: type[_T], settings: Mapping[str, Any], **extra_fields: Any) -> _T:
    """Return an object of a dataclass, built from the keys that are set and from `extra_fields`.

    Fields without a key have their defaults.
    """
    values: dict[str, Any] = {}
    for name, part in parts_of(kind).items():  # type: ignore[arg-type]  # classes are hashable
        if isinstance(part, Field):
            if part.key in settings:
                values[name] = _built(part, settings[part.key])
        elif not settings.keys().isdisjoint(keys_of(part)):
            values[name] = build(part, settings)
    return kind(**values | extra_fields)


def _built(field: Field, value: Any) -> Any:
    """Return the final value of a field from its merged value."""
    if field.form.build is not None:
        return field.form.build(value)
    record = field.type.record
    return build(record.kind, value) if record is not None and isinstance(value, dict) else value


@cache
def keys_of(kind: Any) -> Mapping[str, Field]:
    """Return the fields of a class by key, including those of inlined classes."""
    keys: dict[str, Field] = {}
    for part in parts_of(kind).values():
        keys |= {part.key: part} if isinstance(part, Field) else keys_of(part)
    return keys


@cache
def parts_of(kind: Any) -> Mapping[str, Field | Any]:
    """Return the fields of a class by name, or the class of an inlined one. Hidden fields are left out."""
    parts: dict[str, Field | Any] = {}
    for name, key, hint, default in _declared(kind):
        extras = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
        if _first(extras, Inline):
            parts[name] = get_args(hint)[0]
        elif not _first(extras, Hidden):
            parts[name] = _field(name, key, hint, extras, default)
    return parts


def _declared(kind: Any) -> Iterator[tuple[str, str, Any, Any]]:
    """Yield the name, key, annotation and default (or MISSING) of the fields of a struct or dataclass."""
    if issubclass(kind, Struct):
        for field in structs.fields(kind):
            made = field.default if field.default_factory is NODEFAULT else field.default_factory()
            yield field.name, field.encode_name, field.type, MISSING if made is NODEFAULT else made
    else:
        for each in fields(kind):
            default = each.default if each.default_factory is MISSING else each.default_factory()
            yield each.name, each.name, each.type, default


@cache
def record(kind: Any) -> Record:
    """Return the type of a map whose keys are the fields of a class."""
    return Record(kind, keys_of(kind))


@cache
def fault_record(kind: Any) -> Record:
    """Return the type of a map that becomes a fault of a class. Its key `fault` selects the class."""
    return Record(kind, keys_of(kind), partial(build, kind), "fault")


def _field(name: str, encoded: str, hint: Any, extras: tuple[Any, ...], default: Any) -> Field:
    key, doc, form = _first(extras, Key), _first(extras, Doc), _first(extras, WrittenAs)
    return Field(
        name=name,
        key=encoded if key is None else str(key),
        type=field_type(hint if form is None else form.hint),
        default=default,
        form=form or WrittenAs(hint),
        doc="" if doc is None else str(doc),
        options=tuple(extra for extra in extras if isinstance(extra, Gms)),
        look=_first(extras, Look),
    )


def field_type(hint: Any, *, in_list: bool = False) -> FieldType:
    """Return the type of an annotation. Objects in lists are built at once, because lists are not merged."""
    return FieldType(_types(hint, (), in_list))


def _types(hint: Any, extras: tuple[Any, ...], in_list: bool) -> Iterator[Alternative]:
    """Yield the alternatives of an annotation. `extras` are annotations of the whole type."""
    origin = get_origin(hint)
    if origin is Annotated:
        inner, *more = get_args(hint)
        yield from _types(inner, (*more, *extras), in_list)
    elif (choice := _first(extras, AllowedValues)) is not None:
        yield OneOf(choice)
    elif origin in (Union, UnionType):
        for each in get_args(hint):
            yield from _types(each, extras, in_list)
    elif hint is not UnsetType:
        yield _type(hint, extras, in_list)


def _type(hint: Any, extras: tuple[Any, ...], in_list: bool) -> Alternative:
    form, origin = _form(hint, extras), get_origin(hint)
    if form is not None:
        return FormedText(form)
    if origin is Literal:
        return OneOf(AllowedValues.of(*get_args(hint)))
    if origin is not None:
        return _collection(origin, get_args(hint), extras)
    if is_dataclass(hint) or issubclass(hint, Struct):
        made = _first(extras, Made)
        if made is None and in_list:
            return Record(hint, keys_of(hint), partial(build, hint), placed=_placed(hint))
        return Record(hint, keys_of(hint), None if made is None else made.make)
    return _simple(hint, extras)


def _placed(kind: Any) -> str | None:
    """Return the name of the field that is the object's place in the file."""
    return next((name for name, _, hint, _ in _declared(kind) if _first(get_args(hint)[1:], Placed)), None)


def _form(hint: Any, extras: tuple[Any, ...]) -> Text | None:
    named = _first(extras, Form) if hint is not NoneType else None
    return _first(extras, Text) or FORMS_OF_TYPES.get(hint) or (FORMS[named] if named else None)


def _collection(origin: Any, inner: tuple[Any, ...], extras: tuple[Any, ...]) -> Alternative:
    bounds = _bounds(extras)
    if origin in (tuple, list):
        return ListOf(field_type(inner[0], in_list=True), bounds)
    is_dotted = _first(extras, Dotted) is not None
    return MapOf(field_type(inner[0]), field_type(inner[1]), bounds, is_dotted=is_dotted)


def _simple(hint: Any, extras: tuple[Any, ...]) -> Alternative:
    if hint is Any:
        return Anything()
    if hint is NoneType:
        return Scalar((), lambda raw: raw is None, {"type": "null"})
    if hint is bool:
        return OneOf(AllowedValues.of(True, False))
    if hint is str:
        return PlainText(_bounds(extras))
    unit = _first(extras, Unit)
    return Number(hint, _bounds(extras), 1 if unit is None else int(unit))


def _bounds(extras: tuple[Any, ...]) -> Bounds:
    """Return the bounds from the annotations, or from a Meta, which the schema of rules uses."""
    if (own := _first(extras, Bounds)) is not None:
        return own
    found = (
        Bounds(
            meta.ge if meta.min_length is None else meta.min_length,
            meta.le if meta.max_length is None else meta.max_length,
        )
        for meta in extras
        if isinstance(meta, Meta)
    )
    return next((bounds for bounds in found if bounds != Bounds()), Bounds())


def _first(extras: tuple[Any, ...], marker: type[_T]) -> _T | None:
    return next((extra for extra in extras if isinstance(extra, marker)), None)
