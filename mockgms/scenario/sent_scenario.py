"""A scenario that a client sends: the name of one, its files, or the whole scenario."""

from codecs import BOM_UTF8
from collections.abc import Mapping
from typing import Final

import msgspec

from mockgms.domain.lazy_regex import lazy_regex
from mockgms.domain.quoting import shortened
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.declarations import keys_of
from mockgms.scenario.document import parse_document
from mockgms.scenario.json_keys import repeated_key_of
from mockgms.scenario.mistakes import Mistake, ScenarioMistakes, did_you_mean
from mockgms.scenario.model import Scenario
from mockgms.scenario.nodes import MapEntry
from mockgms.scenario.sent_files import are_sent_files, load_sent

_BODY: Final = "<body>"
_LONGEST_BY_NAME: Final = 1_000  # bytes
_NAME: Final = "name"
_OWN_KEYS: Final = (_NAME, "files", "variables")  # of the other forms; a whole scenario has none of them
_WORD: Final = lazy_regex(rb'\s*"?([\w.-]+)"?\s*')
_FORMS: Final = 'write {"name": "office-hours"}, `files`, or a whole scenario that begins with `description`'


def load_sent_scenario(body: bytes, catalog: Catalog) -> Scenario:
    """Return the scenario in a body, which is JSON or YAML. Raises ScenarioMistakes.

    A body with `name` alone names a scenario of the catalog. One with `files` has the files of a scenario.
    """
    repeated: list[Mistake] = []
    document = _document(body, repeated) if len(body) <= _LONGEST_BY_NAME else {}
    name = document[_NAME].node.value if list(document) == [_NAME] else None
    if name is not None and repeated:
        raise ScenarioMistakes(repeated)
    if isinstance(name, str):
        return catalog.named(name)
    if body.startswith(b'{"files"') and (scenario := _load_files(body, catalog)) is not None:
        return scenario  # as the client writes them; a scenario may be large, so it is parsed once
    try:
        return catalog.parse(body)
    except ScenarioMistakes:
        if (scenario := _load_files(body, catalog)) is not None:
            return scenario
        if (mistake := _mistake_in_form(body, document)) is not None:
            raise ScenarioMistakes([mistake]) from None
        raise


def _document(body: bytes, repeated: list[Mistake]) -> Mapping[str, MapEntry]:
    """Return the keys of a body, or none if it cannot be read. Keys that are set twice are added to `repeated`."""
    try:
        return parse_document(body, _BODY, repeated)
    except ScenarioMistakes:
        return {}


def _load_files(body: bytes, catalog: Catalog) -> Scenario | None:
    """Return the scenario in the files of a body; None for a body without files. Raises ScenarioMistakes."""
    text = body.removeprefix(BOM_UTF8)
    try:
        written = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(written, dict) or not are_sent_files(written):
        return None
    if (repeated := _repeated_key(text)) is not None:
        raise ScenarioMistakes([repeated])
    return load_sent(written, catalog)


def _repeated_key(text: bytes) -> Mistake | None:
    """Return the mistake in a JSON text that sets a key twice, or None."""
    found = repeated_key_of(text)
    if found is None:
        return None
    before = text[: found.byte].decode()
    column = len(before) - before.rfind("\n")
    return Mistake(_BODY, before.count("\n") + 1, column, f"`{shortened(found.path)}` is set twice: keep one of them")


def _mistake_in_form(body: bytes, document: Mapping[str, MapEntry]) -> Mistake | None:
    """Return the mistake in a body that is not meant as a whole scenario; None for one that is."""
    if (word := _WORD.fullmatch(body)) is not None:
        return Mistake(_BODY, 1, 1, f'write {{"name": "{shortened(word[1].decode())}"}} for the scenario of this name')
    if _NAME in document and "description" not in document:
        return _mistaken_name(document)
    if not document or document.keys() & keys_of(Scenario).keys():
        return None
    key, entry = next(((key, each) for key, each in document.items() if key not in _OWN_KEYS), (None, None))
    if key is None or entry is None:
        return Mistake(_BODY, 1, 1, f"`files` is missing: {_FORMS}")
    return Mistake(*entry.place, f"unknown key `{shortened(key)}`{did_you_mean(key, _OWN_KEYS) or f': {_FORMS}'}")


def _mistaken_name(document: Mapping[str, MapEntry]) -> Mistake:
    """Return the mistake in a body with `name` that names no scenario."""
    other = next((entry for key, entry in document.items() if key != _NAME), None)
    if other is not None:
        remedy = "to change a scenario, write `description` and `extends` instead of `name`"
        return Mistake(*other.place, f"`name` takes no keys beside it: {remedy}")
    node = document[_NAME].node
    sent = shortened(msgspec.json.encode(node.plain()).decode())
    return Mistake(*node.place, f'`name` takes the name of a scenario, not {sent}: write {{"name": "office-hours"}}')
