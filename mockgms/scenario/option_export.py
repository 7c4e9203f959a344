"""Import of a configuration export of GMS: its sections become the services of a scenario."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from mockgms.scenario import gms_options

_SERVICE: Final = "service."
_COMMON: Final = "callback"  # the section whose options apply to every service
_HOURS_SERVICE: Final = "_business_hours_service"
_HOURS: Final = ("office_hours", "extra_hours", "holidays", "timezone")
_COMMENTS: Final = ("#", ";", "!", "//")
_HEADER: Final = re.compile(r"\[(.+)\]")
_LINE: Final = re.compile(r"([^=]+?)\s*=\s*(.*)")

Sections = dict[str, dict[str, str]]


class InvalidExport(ValueError):
    """An export cannot be imported. `mistakes` are sentences that say where and why."""

    def __init__(self, *mistakes: str) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class ImportedScenario(NamedTuple):
    """The text of a scenario in YAML, and sentences about the parts of the export that it leaves out."""

    text: str
    notes: tuple[str, ...]


def import_options(export: str, source: str) -> ImportedScenario:
    """Return the scenario for a configuration export of GMS.

    A section `service.NAME` becomes the service NAME, the section `callback` the settings of all services. A service
    takes the hours of its `_business_hours_service`. Options that mockgms does not act on are left out.

    Args:
        export: JSON, an object of sections or of `section/option`; or lines `section/option = value`, or
            `option = value` under a line `[section]`.
        source: The name of the export, for the description of the scenario.

    Raises:
        InvalidExport: The export cannot be read, has no section of a service, or an option has an invalid value.

    """
    sections = _read_json(export) if export.lstrip().startswith("{") else _read_lines(export)
    names = {section.removeprefix(_SERVICE): section for section in sections if _is_service(section)}
    if not names:
        raise InvalidExport(f"has no section {_SERVICE}NAME: export the sections of the services too")
    others = [section for section in sections if section != _COMMON and not _is_service(section)]
    notes = [_listed("section", others, "belongs to no service", "belong to no service")] if others else []
    named = {"*": _COMMON, **names} if _COMMON in sections else names
    acting: Sections = {}
    mistakes: list[str] = []
    ignored: dict[str, None] = {}
    for name, section in named.items():
        acting[name] = _acting(sections[section], section, ignored, mistakes)
    for name, section in named.items():
        hours = sections[section].get(_HOURS_SERVICE, "").removeprefix(_SERVICE)
        if hours and hours not in names:
            notes.append(f"{section} takes its hours from {hours}, which the export does not have")
        elif hours:
            acting[name] = _hours_of(acting[hours]) | acting[name]
    if mistakes:
        raise InvalidExport(*mistakes)
    if left_out := [option for option in ignored if option != _HOURS_SERVICE]:
        notes.append(_listed("option", left_out, "has no effect in mockgms", "have no effect in mockgms"))
    return ImportedScenario("".join(_render(acting, source)), tuple(notes))


def _is_service(section: str) -> bool:
    return section.startswith(_SERVICE) and len(section) > len(_SERVICE)


def _acting(given: Mapping[str, str], section: str, ignored: dict[str, None], mistakes: list[str]) -> dict[str, str]:
    """Return the options of a section that mockgms acts on, with their values. Others are added to `ignored`."""
    acting: dict[str, str] = {}
    settings = set[tuple[str, ...]]()
    for written, value in given.items():
        # In the section `callback`, some names have no underscore.
        name = written if section != _COMMON or gms_options.find(written) else f"_{written}"
        option = gms_options.find(name)
        if option is None or (option.setting in settings and not option.numbered):
            ignored[written] = None
        elif value:
            settings.add(option.setting)
            acting[name] = value
            try:
                option.parse(value)
            except ValueError as mistake:
                mistakes.append(f"{section}/{written}: {mistake}")
    return acting


def _hours_of(options: Mapping[str, str]) -> dict[str, str]:
    """Return those options that say when a service is open."""
    found = ((name, value, gms_options.find(name)) for name, value in options.items())
    return {name: value for name, value, option in found if option is not None and option.setting[0] in _HOURS}


def _read_json(export: str) -> Sections:
    try:
        document = msgspec.json.decode(export)
    except ValueError as mistake:
        raise InvalidExport(f"is not JSON: {mistake}") from None
    sections: Sections = {}
    for key, value in document.items():
        if isinstance(value, dict):
            sections.setdefault(key, {}).update({option: _text(each, key, option) for option, each in value.items()})
        else:
            section, option = _split(key)
            sections.setdefault(section, {})[option] = _text(value, section, option)
    return sections


def _text(value: Any, section: str, option: str) -> str:
    if isinstance(value, dict | list):
        raise InvalidExport(f"{section}/{option}: must be text, not a list or an object")
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value).strip()


def _read_lines(export: str) -> Sections:
    sections: Sections = {}
    current: str | None = None
    for number, line in enumerate(export.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith(_COMMENTS):
            continue
        if header := _HEADER.fullmatch(stripped):
            current = header[1].strip()
            sections.setdefault(current, {})
            continue
        match = _LINE.fullmatch(stripped)
        if match is None:
            raise InvalidExport(f"line {number}: is not `section/option = value`")
        key, value = match[1], match[2].strip()
        if "/" not in key and current is None:
            raise InvalidExport(f"line {number}: has no section; write `section/option = value`")
        section, option = _split(key) if "/" in key else (current or "", key)
        quoted = len(value) > 1 and value[0] == value[-1] == '"'
        sections.setdefault(section, {})[option] = value[1:-1].strip() if quoted else value
    return sections


def _split(key: str) -> tuple[str, str]:
    """Return the section and the option of `section/option`. Raises InvalidExport."""
    section, slash, option = key.rpartition("/")
    if not slash:
        raise InvalidExport(f"{key}: has no section; write `section/option`")
    return section.strip(), option.strip()


def _listed(noun: str, names: list[str], singular: str, plural: str) -> str:
    """Return a sentence such as `2 options have no effect: a, b`. The verb is in `singular` or `plural`."""
    count = f"1 {noun} {singular}" if len(names) == 1 else f"{len(names)} {noun}s {plural}"
    return f"{count}: {', '.join(names)}"


def _render(services: Sections, source: str) -> Iterator[str]:
    """Yield the lines of a scenario. Texts are quoted as in JSON, which is valid YAML."""
    yield f"description: {_quoted(f'Imported from {source}.')}\n"
    yield "# What is not set here has the default of mockgms. To have those of GMS: extends: gms-defaults\n"
    yield "services:\n"
    for name, options in services.items():
        yield f"  {_quoted(name)}:{'' if options else ' {}'}\n"
        for option, value in options.items():
            yield f"    {option}: {_quoted(value)}\n"


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()
