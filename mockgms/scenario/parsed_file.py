"""A parsed file: the content of one scenario file, without its parents, as native values."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import UNSET, Struct, field

from mockgms.domain.hours import MAX_HOURS
from mockgms.domain.quoting import shortened
from mockgms.domain.service import LONGEST_NAME, Service
from mockgms.scenario import gms_options
from mockgms.scenario.declarations import record
from mockgms.scenario.field_types import Reader
from mockgms.scenario.gms_options import GmsOption
from mockgms.scenario.mistakes import Mistake, Place
from mockgms.scenario.model import Scenario
from mockgms.scenario.nodes import MapEntry, Node
from mockgms.scenario.rulebook import PlacedRule, read_rules

_OWN: Final = "x-"  # the beginning of keys that users add, for anchors or other tools
_SPECIAL: Final = ("services", "rules")
_MOST_SHOWN: Final = 200  # ignored options in a warning: a real service has 112 options


class ParsedFile(Struct):
    """The settings, services, rules and warnings of one file.

    Settings are nested dictionaries of the keys that are set, so that files can be merged.
    """

    settings: dict[str, Any] = field(default_factory=dict)
    services: dict[str, dict[str, Any]] = field(default_factory=dict)
    rules: list[PlacedRule] = field(default_factory=list)
    warnings: list[Mistake] = field(default_factory=list)


def read_parsed_file(document: Mapping[str, MapEntry], file: str) -> tuple[ParsedFile, list[Mistake]]:
    """Return the content of a document, without mistaken values, and the mistakes."""
    reader = Reader()
    general = {name: entry for name, entry in document.items() if name not in _SPECIAL and not name.startswith(_OWN)}
    parsed = ParsedFile(record(Scenario).read_entries(general, Place(file, 1, 1), reader))
    if "services" in document:
        _read_services(document["services"].node, reader, parsed)
    if "rules" in document:
        parsed.rules = read_rules(document["rules"].node, reader)
    return parsed, reader.mistakes


def merged(parent: Mapping[str, Any], child: Mapping[str, Any]) -> dict[str, Any]:
    """Return the merged settings. Nested maps are merged; otherwise the child's value replaces the parent's."""
    result = dict(parent)
    for key, value in child.items():
        inherited = result.get(key)
        result[key] = merged(inherited, value) if isinstance(inherited, dict) and isinstance(value, dict) else value
    return result


def _read_services(node: Node, reader: Reader, parsed: ParsedFile) -> None:
    if not isinstance(node.value, Mapping):
        reader.refuse(node.place, "`services` takes a map of names to settings")
        return
    ignored: dict[str, Place] = {}
    for name, entry in node.value.items():
        if not 0 < len(name) <= LONGEST_NAME:
            reader.refuse(entry.place, f"a service's name has 1 to {LONGEST_NAME} characters")
        parsed.services[name] = _Section(name, entry.node, reader, ignored).read()
    if ignored:
        parsed.warnings.append(_warning_about(ignored))


def _warning_about(ignored: Mapping[str, Place]) -> Mistake:
    """Return a warning about the options of GMS that mockgms does not act on, at the place of the first."""
    place = min(ignored.values(), key=lambda place: (place.line, place.column))
    names = sorted(ignored)
    listed = ", ".join(f"`{shortened(name)}`" for name in names[:_MOST_SHOWN])
    more = f" and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
    count = "1 option" if len(names) == 1 else f"{len(names)} options"
    return Mistake(*place, f"{count} of GMS that mockgms does not act on: {listed}{more}")


def _hint_about_indentation(name: str) -> str:
    """Return how to indent a key that stands in the place of a service's name, or an empty text for other names."""
    if name in record(Service).keys or gms_options.is_option(name):
        return ": it is a key of a service, so indent it below the name of one"
    if name in record(Scenario).keys:
        return ": it is a key of the scenario, so indent it no further than `services`"
    return ""


class _Section:
    """Reads the settings of one service: the regular keys first, then the GMS options."""

    def __init__(self, name: str, node: Node, reader: Reader, ignored: dict[str, Place]) -> None:
        self._name = name
        self._node = node
        self._reader = reader
        self._ignored = ignored
        self._settings: dict[str, Any] = {}
        self._set_by: dict[tuple[str, ...], str] = {}

    def read(self) -> dict[str, Any]:
        entries = self._node.value
        if isinstance(entries, Mapping):
            own = {name: entry for name, entry in entries.items() if not gms_options.is_option(name)}
            self._settings = record(Service).read_entries(own, self._node.place, self._reader)
            for name, entry in entries.items():
                if gms_options.is_option(name):
                    self._read_option(name, entry)
        elif entries is not None:
            from mockgms.scenario.yaml_mistakes import missing_space  # for mistakes only

            hint = _hint_about_indentation(self._name) or missing_space(entries)
            message = f"the service `{shortened(self._name)}` takes a map of settings{hint}"
            self._reader.refuse(self._node.place, message)
        return self._settings

    def _read_option(self, name: str, entry: MapEntry) -> None:
        option = gms_options.find(name)
        if option is not None:
            self._set_option(name, option, entry)
        else:
            self._ignored.setdefault(name, entry.place)

    def _set_option(self, name: str, option: GmsOption, entry: MapEntry) -> None:
        value = self._option_value(name, option, entry.node)
        if value is UNSET:
            return
        *path, last = option.setting
        settings = self._settings
        for key in path:
            settings = settings.setdefault(key, {})
        other = self._set_by.setdefault(option.setting, option.setting[0] if last in settings else name)
        if option.numbered and gms_options.find(other) is option:
            previous = settings.get(last, ())
            if len(previous) <= MAX_HOURS:
                settings[last] = (*previous, value)
            if len(previous) == MAX_HOURS:
                self._reader.refuse(
                    entry.place, f"`{name}` exceeds the limit: a service takes at most {MAX_HOURS} of them"
                )
        elif other != name:
            self._reader.refuse(entry.place, f"`{name}` and `{other}` set the same thing: keep one of them")
        else:
            settings[last] = value

    def _option_value(self, name: str, option: GmsOption, node: Node) -> Any:
        """Return the value of an option, or UNSET if it is empty or mistaken."""
        value = node.value
        if value is None or (isinstance(value, str) and not value.strip()):
            return UNSET
        if not isinstance(value, str | int):
            self._reader.refuse(node.place, f"`{name}` takes text, or a number, true or false")
            return UNSET
        try:
            return option.parse(str(value).lower() if isinstance(value, bool) else str(value).strip())
        except ValueError as error:
            self._reader.refuse_value(node.place, name, error)
            return UNSET
