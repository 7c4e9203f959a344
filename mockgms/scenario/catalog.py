"""The catalog of scenarios: found by name in some directories, or by path, and loaded with their parents."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from mockgms.files.regular_file import read_file
from mockgms.scenario.assembly import assemble
from mockgms.scenario.document import LARGEST, MapEntry, parse_document
from mockgms.scenario.mistakes import Mistake, Place, ScenarioMistakes, did_you_mean
from mockgms.scenario.model import Scenario
from mockgms.scenario.parsed_file import ParsedFile, read_parsed_file
from mockgms.scenario.patterns import PatternBudget
from mockgms.scenario.rules import patterns_of

_SUFFIXES: Final = (".yaml", ".yml")
_MOST_NAMED: Final = 50  # scenarios that the mistake about a missing one lists
_MOST_PARENTS: Final = 20  # of one scenario, the parents of its parents included

# Inside an installed package, and in a checkout beside it.
_SHIPPED: Final = (Path(__file__).parent.parent / "scenarios", Path(__file__).parents[2] / "scenarios")


class Catalog:
    """The scenarios of some directories and those that are shipped; of two with one name the first counts."""

    def __init__(self, directories: Iterable[Path] = ()) -> None:
        self._directories = (*directories, *_SHIPPED)

    def names(self) -> list[tuple[str, str]]:
        """The name and the description of every scenario, by name; of one that does not load, its first mistake.

        Each file is read once, however many scenarios extend it.
        """
        folders = _Folders()
        listing = _Listing(self, folders)
        return [(name, listing.description(file)) for name, file in sorted(self._known(folders).items())]

    def load(self, name_or_path: str) -> Scenario:
        """A scenario by its name or, when it looks like one, by its path. Raises ScenarioMistakes."""
        return self.load_file(Path(name_or_path)) if _is_path(name_or_path) else self.named(name_or_path)

    def named(self, name: str) -> Scenario:
        """A scenario by its name alone. Raises ScenarioMistakes."""
        folders = _Folders()
        file = self._find(name, folders)
        if file is None:
            raise _without_place(name, self._no_such(name, folders))
        return self.load_file(file)

    def load_file(self, file: Path) -> Scenario:
        """A scenario by its path. Raises ScenarioMistakes."""
        try:
            text = _contents(file)
        except ValueError as error:
            raise _without_place(str(file), str(error)) from None
        return _Loading(self).load(file.stem, text, file)

    def parse(self, text: str | bytes, name: str = "<body>") -> Scenario:
        """A scenario from its text; it can extend one by name alone. Raises ScenarioMistakes."""
        return _Loading(self).load(name, text, None)

    def parent(self, name_or_path: str, child: Path | None, folders: "_Folders | None" = None) -> Path:
        """The file that a file extends, a text without one when `child` is None. Raises ValueError, with a sentence.

        A name is looked for beside the file first, and never means the file itself: so a scenario can extend
        the shipped one of its own name.
        """
        if _is_path(name_or_path):
            if child is None:
                raise ValueError("is a path; here a scenario can extend one by name only")
            return child.parent / name_or_path
        folders = folders or _Folders()
        file = self._find(name_or_path, folders, child)
        if file is None:
            raise ValueError(self._no_such(name_or_path, folders))
        return file

    def _known(self, folders: "_Folders") -> dict[str, Path]:
        known: dict[str, Path] = {}
        for directory in self._directories:
            for name, files in folders.scenarios(directory).items():
                known.setdefault(name, files[0])
        return known

    def _find(self, name: str, folders: "_Folders", child: Path | None = None) -> Path | None:
        beside = () if child is None else (child.parent,)
        for directory in (*beside, *self._directories):
            for file in folders.scenarios(directory).get(name, ()):
                if child is None or not _same(file, child):
                    return file
        return None

    def _no_such(self, name: str, folders: "_Folders") -> str:
        known = sorted(self._known(folders))
        others = f" and {len(known) - _MOST_NAMED} more" if len(known) > _MOST_NAMED else ""
        there = ", ".join(known[:_MOST_NAMED]) + others
        return f"there is no such scenario{did_you_mean(name, known)} (there are: {there})"


def shipped_schema() -> str:
    """The JSON Schema of scenario files, which lies beside the shipped scenarios."""
    return next(file for folder in _SHIPPED if (file := folder / "schema.json").is_file()).read_text()


def check_folder(folder: Path) -> None:
    """Check that scenarios can be looked for in a folder. Raises ValueError, with a sentence, if they cannot."""
    try:
        next(folder.iterdir(), None)
    except OSError as error:
        raise ValueError(f"cannot look for scenarios in the folder {folder}: {error.strerror}") from None


class _Folders:
    """The scenario files of directories, by name. Each directory is looked into once."""

    def __init__(self) -> None:
        self._seen: dict[Path, dict[str, list[Path]]] = {}

    def scenarios(self, directory: Path) -> Mapping[str, list[Path]]:
        """The files of each name, `.yaml` before `.yml`."""
        found = self._seen.get(directory)
        if found is None:
            found = self._seen[directory] = {}
            for file in _scenarios_in(directory):
                found.setdefault(file.stem, []).append(file)
        return found


class _Ancestry:
    """A scenario file and its parents, found one after the other."""

    def __init__(self, catalog: Catalog, folders: _Folders, file: Path | None) -> None:
        self.files = [] if file is None else [file]
        self._catalog = catalog
        self._folders = folders
        self._parents = 0

    def parent(self, extends: str) -> Path:
        """The next parent, which the last file extends. Raises ValueError, with a sentence."""
        child = self.files[-1] if self.files else None
        parent = self._catalog.parent(extends, child, self._folders)
        self._check_new(parent)
        self._parents += 1
        if self._parents > _MOST_PARENTS:
            raise ValueError(
                f"a scenario has at most {_MOST_PARENTS} parents in a row: merge some of them into one file"
            )
        self.files.append(parent)
        return parent

    def _check_new(self, parent: Path) -> None:
        """Raises ValueError when the file is among its own parents."""
        for index, file in enumerate(self.files):
            if _same(file, parent):
                cycle = " -> ".join(map(str, (*self.files[index:], parent)))
                raise ValueError(f"a scenario cannot be its own parent: {cycle}")


class _Loading:
    """One loading of a scenario: the files it goes through, and the mistakes it meets in them."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._parsed_files: list[ParsedFile] = []
        self._mistakes: list[Mistake] = []
        self._texts: list[str] = []

    def load(self, name: str, text: str | bytes, file: Path | None) -> Scenario:
        ancestry = _Ancestry(self._catalog, _Folders(), file)
        extends = self._read(text, str(file or name))
        while extends is not None:
            written, place = extends
            try:
                parent = ancestry.parent(written)
                text = _contents(parent)
            except ValueError as error:
                self._mistakes.append(_not_extended(written, place, error))
                break
            extends = self._read(text, str(parent))
        if self._mistakes:
            raise ScenarioMistakes(self._mistakes)
        self._check_patterns(str(file or name))
        return assemble(name, self._parsed_files[::-1], ancestry.files, self._texts)

    def _check_patterns(self, label: str) -> None:
        """Raises ScenarioMistakes when the patterns of a file and its parents are too many together."""
        try:
            rules = (placed.rule for parsed in self._parsed_files for placed in parsed.rules)
            PatternBudget().take_all(patterns_of(rules))
        except ValueError as error:
            raise _without_place(label, f"with the scenarios that it extends, {error}") from None

    def _read(self, text: str | bytes, label: str) -> "_Extends | None":
        """Read one file, which its mistakes call `label`, and return what it extends."""
        try:
            document = parse_document(text, label, self._mistakes)
        except ScenarioMistakes as found:
            self._mistakes += found.mistakes
            return None
        self._texts.append(text if isinstance(text, str) else text.decode())
        parsed, mistakes = read_parsed_file(document, label)
        self._parsed_files.append(parsed)
        self._mistakes += mistakes
        return _extends(parsed, document)


class _Extends(NamedTuple):
    """What a file extends, and where it says so."""

    written: str
    place: Place


class _Summary(NamedTuple):
    """What a listing keeps of one file: of its mistakes the first."""

    description: str
    mistakes: tuple[Mistake, ...]
    extends: _Extends | None


class _Listing:
    """Describes scenarios. It keeps little of each file, so that the parents of others are not read again."""

    def __init__(self, catalog: Catalog, folders: _Folders) -> None:
        self._catalog = catalog
        self._folders = folders
        self._summaries: dict[Path, _Summary | ValueError] = {}

    def description(self, file: Path) -> str:
        """The description of a scenario, or why it does not load."""
        try:
            summary = self._summary(file)
        except ValueError as error:  # pragma: no cover  # it has vanished since it was listed
            return f"does not load: {Mistake(str(file), 0, 0, str(error))}"
        mistakes = [*summary.mistakes, *self._mistakes_above(file, summary.extends)]
        return f"does not load: {ScenarioMistakes(mistakes).mistakes[0]}" if mistakes else summary.description

    def _mistakes_above(self, file: Path, extends: _Extends | None) -> list[Mistake]:
        """The mistakes by which the parents of a file do not load."""
        ancestry, mistakes = _Ancestry(self._catalog, self._folders, file), list[Mistake]()
        while extends is not None:
            try:
                summary = self._summary(ancestry.parent(extends.written))
            except ValueError as error:
                mistakes.append(_not_extended(*extends, error))
                break
            mistakes += summary.mistakes
            extends = summary.extends
        return mistakes

    def _summary(self, file: Path) -> _Summary:
        """What one file says. Raises ValueError, with a sentence, when it cannot be read."""
        known = self._summaries.get(file)
        if known is None:
            try:
                known = _summarize(file)
            except ValueError as error:
                known = error
            self._summaries[file] = known
        if isinstance(known, ValueError):
            raise known
        return known


def _summarize(file: Path) -> _Summary:
    """Read one file alone. Raises ValueError, with a sentence, when it cannot be read."""
    text, mistakes = _contents(file), list[Mistake]()
    try:
        document = parse_document(text, str(file), mistakes)
    except ScenarioMistakes as found:
        return _Summary("", ScenarioMistakes([*mistakes, *found.mistakes]).mistakes[:1], None)
    parsed, found_too = read_parsed_file(document, str(file))
    mistakes += found_too
    first = ScenarioMistakes(mistakes).mistakes[:1] if mistakes else ()
    return _Summary(parsed.settings.get("description", ""), first, _extends(parsed, document))


def _extends(parsed: ParsedFile, document: Mapping[str, MapEntry]) -> _Extends | None:
    written: str | None = parsed.settings.get("extends")
    return None if written is None else _Extends(written, document["extends"].node.place)


def _not_extended(written: str, place: Place, error: ValueError) -> Mistake:
    return Mistake(*place, f"`extends: {written}`: {error}")


def _is_path(text: str) -> bool:
    return Path(text).name != text or text.endswith(_SUFFIXES)


def _scenarios_in(directory: Path) -> list[Path]:
    try:
        return [file for suffix in _SUFFIXES for file in sorted(directory.glob(f"*{suffix}")) if file.is_file()]
    except OSError:  # it has vanished or cannot be read
        return []


def _same(file: Path, other: Path) -> bool:
    try:
        return file.samefile(other)
    except OSError:  # one has just vanished
        return False


def _contents(file: Path) -> bytes:
    """What a file holds, at most a little more than is taken. Raises ValueError, with a sentence."""
    try:
        return read_file(file, LARGEST)
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from None


def _without_place(file: str, message: str) -> ScenarioMistakes:
    return ScenarioMistakes([Mistake(file, 0, 0, message)])
