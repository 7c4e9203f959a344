"""The scenario catalog: finds scenarios by name or path, and loads them with their parents."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from mockgms.domain.quoting import shortened
from mockgms.files.regular_file import read_file
from mockgms.scenario.assembly import assemble
from mockgms.scenario.document import parse_document
from mockgms.scenario.mistakes import Mistake, Place, ScenarioMistakes, suggest_and_list
from mockgms.scenario.model import Scenario
from mockgms.scenario.nodes import LARGEST, MapEntry
from mockgms.scenario.parsed_file import ParsedFile, read_parsed_file
from mockgms.scenario.patterns import PatternBudget
from mockgms.scenario.rules import patterns_of
from mockgms.scenario.variables import Variables, render_substituted

_NONE: Final[Mapping[str, str]] = {}
_SUFFIXES: Final = (".yaml", ".yml")
MAX_PARENTS: Final = 20  # of one scenario, including the parents of its parents

# In an installed package, the scenarios are inside it; in a checkout, beside it.
_SHIPPED: Final = (Path(__file__).parent.parent / "scenarios", Path(__file__).parents[2] / "scenarios")


class Catalog:
    """The scenarios in some directories, followed by the shipped ones. The first scenario of a name wins.

    `variables` are the values of `${NAME}` in files. A text without a file has none of them, only their defaults.
    """

    def __init__(self, directories: Iterable[Path] = (), variables: Mapping[str, str] = _NONE) -> None:
        self._own = tuple(directories)
        self._directories = (*self._own, *_SHIPPED)
        self._variables = variables

    @property
    def own_files(self) -> list[Path]:
        """The files of scenarios in the given directories, without the shipped ones."""
        return [file for directory in self._own for file in _scenarios_in(directory)]

    def variables_of(self, file: Path | None) -> Mapping[str, str]:
        """Return the values of variables in a file; None is a text without a file."""
        return _NONE if file is None else self._variables

    def is_shared(self, file: Path) -> bool:  # noqa: ARG002  # other catalogs distinguish files
        """Return whether the server itself has this file. Such scenarios are watched, and shared by sessions."""
        return True

    def read(self, file: Path) -> str | bytes:
        """Return the text of a file. Raises ValueError with a sentence."""
        return _contents(file)

    def names(self, read: list[Path] | None = None) -> list[tuple[str, str]]:
        """Return the names of all scenarios, sorted, each with its description.

        If a scenario does not load, its first mistake replaces the description. Each file is read only once, even if
        several scenarios extend it. The files, including the parents, are appended to `read`.
        """
        folders = Folders()
        listing = _Listing(self, folders)
        descriptions = [(name, listing.description(file)) for name, file in sorted(self._known(folders).items())]
        if read is not None:
            read += listing.files
        return descriptions

    def load(self, name_or_path: str) -> Scenario:
        """Return a scenario by path if the argument looks like a path, otherwise by name. Raises ScenarioMistakes."""
        return self.load_file(Path(name_or_path)) if is_path(name_or_path) else self.named(name_or_path)

    def named(self, name: str) -> Scenario:
        """Return the scenario of a name. Raises ScenarioMistakes."""
        folders = Folders()
        file = self._find(name, folders)
        if file is None:
            raise _without_place(shortened(name) or "''", self._not_found(name, folders))
        return self.load_file(file)

    def load_file(self, file: Path) -> Scenario:
        """Return the scenario in a file. Raises ScenarioMistakes."""
        try:
            text = self.read(file)
        except ValueError as error:
            raise _without_place(str(file), str(error)) from None
        return _Loading(self).load(file.stem, text, file)

    def parse(self, text: str | bytes, name: str = "<body>") -> Scenario:
        """Return the scenario in a text. It can extend others by name only, not by path. Raises ScenarioMistakes."""
        return _Loading(self).load(name, text, None)

    def parent(self, name_or_path: str, child: Path | None, folders: "Folders | None" = None) -> Path:
        """Return the file that `child` extends; `child` is None for a text without a file.

        A name is searched beside the file first, but never means the file itself. So a scenario can extend the shipped
        scenario of the same name. Raises ValueError with a sentence if there is no such scenario, or if a text extends
        a path.
        """
        if is_path(name_or_path):
            if child is None:
                raise ValueError("is a path; here a scenario can extend one by name only")
            return child.parent / name_or_path
        folders = folders or Folders()
        file = self._find(name_or_path, folders, child)
        if file is None and child is not None and child.stem == name_or_path:
            raise ValueError("a scenario cannot be its own parent, and no other one has this name")
        if file is None:
            raise ValueError(self._not_found(name_or_path, folders))
        return file

    def _known(self, folders: "Folders") -> dict[str, Path]:
        known: dict[str, Path] = {}
        for directory in self._directories:
            for name, files in folders.scenarios(directory).items():
                known.setdefault(name, files[0])
        return known

    def _find(self, name: str, folders: "Folders", child: Path | None = None) -> Path | None:
        beside = () if child is None else (child.parent,)
        for directory in (*beside, *self._directories):
            for file in folders.scenarios(directory).get(name, ()):
                if child is None or not _same(file, child):
                    return file
        return None

    def _not_found(self, name: str, folders: "Folders") -> str:
        return f"there is no such scenario{suggest_and_list(name, sorted(self._known(folders)))}"


def shipped_schema() -> str:
    """Return the JSON Schema of scenario files, which is shipped beside the scenarios."""
    return next(file for folder in _SHIPPED if (file := folder / "schema.json").is_file()).read_text("utf-8")


def check_folder(folder: Path) -> None:
    """Check that a folder can be searched for scenarios. Raises ValueError with a sentence if it cannot."""
    try:
        next(folder.iterdir(), None)
    except OSError as error:
        raise ValueError(f"cannot look for scenarios in the folder {folder}: {error.strerror}") from None


class Folders:
    """The scenario files in directories, by name. Each directory is listed only once."""

    def __init__(self) -> None:
        self._seen: dict[Path, dict[str, list[Path]]] = {}

    def scenarios(self, directory: Path) -> Mapping[str, list[Path]]:
        """Return the files of each scenario name, `.yaml` before `.yml`."""
        found = self._seen.get(directory)
        if found is None:
            found = self._seen[directory] = {}
            for file in _scenarios_in(directory):
                found.setdefault(file.stem, []).append(file)
        return found


class _Ancestry:
    """A scenario file and its parents, in the order in which they are found."""

    def __init__(self, catalog: Catalog, folders: Folders, file: Path | None) -> None:
        self.files = [] if file is None else [file]
        self._catalog = catalog
        self._folders = folders
        self._parents = 0

    def parent(self, extends: str) -> Path:
        """Add the file that the last file extends, and return it. Raises ValueError with a sentence."""
        child = self.files[-1] if self.files else None
        parent = self._catalog.parent(extends, child, self._folders)
        self._check_new(parent)
        self._parents += 1
        if self._parents > MAX_PARENTS:
            raise ValueError(f"a scenario has at most {MAX_PARENTS} parents in a row: merge some of them into one file")
        self.files.append(parent)
        return parent

    def _check_new(self, parent: Path) -> None:
        """Raise ValueError if the file is already in the ancestry."""
        for index, file in enumerate(self.files):
            if _same(file, parent):
                cycle = " -> ".join(map(str, (*self.files[index:], parent)))
                raise ValueError(f"a scenario cannot be its own parent: {cycle}")


class _Loading:
    """Loads one scenario: collects its files and their mistakes."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._parsed_files: list[ParsedFile] = []
        self._mistakes: list[Mistake] = []
        self._texts: list[str] = []

    def load(self, name: str, text: str | bytes, file: Path | None) -> Scenario:
        ancestry = _Ancestry(self._catalog, Folders(), file)
        extends = self._read(text, str(file or name), file)
        while extends is not None:
            written, place = extends
            try:
                parent = ancestry.parent(written)
                text = self._catalog.read(parent)
            except ValueError as error:
                self._mistakes.append(_not_extended(written, place, error))
                break
            extends = self._read(text, str(parent), parent)
        if self._mistakes:
            raise ScenarioMistakes(self._mistakes)
        self._check_patterns(str(file or name))
        files = ancestry.files if file is None or self._catalog.is_shared(file) else ()
        return assemble(name, self._parsed_files[::-1], files, self._texts)

    def _check_patterns(self, label: str) -> None:
        """Raise ScenarioMistakes if a file and its parents have too many patterns together."""
        try:
            rules = (placed.rule for parsed in self._parsed_files for placed in parsed.rules)
            PatternBudget().take_all(patterns_of(rules))
        except ValueError as error:
            raise _without_place(label, f"with the scenarios that it extends, {error}") from None

    def _read(self, text: str | bytes, label: str, file: Path | None) -> "_Extends | None":
        """Read one file, and return what it extends. Mistakes call the file `label`."""
        variables = Variables(self._catalog.variables_of(file))
        try:
            document = parse_document(text, label, self._mistakes, variables=variables)
        except ScenarioMistakes as found:
            self._mistakes += found.mistakes
            return None
        written = text if isinstance(text, str) else text.decode()
        self._texts.append(render_substituted(document) if variables.are_used else written)
        parsed, mistakes = read_parsed_file(document, label)
        self._parsed_files.append(parsed)
        self._mistakes += mistakes
        return _extends(parsed, document)


class _Extends(NamedTuple):
    """The `extends` of a file as written, and its place."""

    written: str
    place: Place


class _Summary(NamedTuple):
    """The parts of a file that a listing needs. `mistakes` has at most the first mistake."""

    description: str
    mistakes: tuple[Mistake, ...]
    extends: _Extends | None


class _Listing:
    """Describes scenarios. It keeps a short summary of each file, so that no parent is read twice."""

    def __init__(self, catalog: Catalog, folders: Folders) -> None:
        self._catalog = catalog
        self._folders = folders
        self._summaries: dict[Path, _Summary | ValueError] = {}

    @property
    def files(self) -> list[Path]:
        """The files that were read."""
        return [file for file, summary in self._summaries.items() if isinstance(summary, _Summary)]

    def description(self, file: Path) -> str:
        """Return the description of a scenario, or why it does not load."""
        try:
            summary = self._summary(file)
        except ValueError as error:  # pragma: no cover  # the file was deleted after it was listed
            return f"does not load: {Mistake(str(file), 0, 0, str(error))}"
        mistakes = [*summary.mistakes, *self._mistakes_above(file, summary.extends)]
        return f"does not load: {ScenarioMistakes(mistakes).mistakes[0]}" if mistakes else summary.description

    def _mistakes_above(self, file: Path, extends: _Extends | None) -> list[Mistake]:
        """Return the first mistake of each parent, and of the `extends` that leads to no file."""
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
        """Return the summary of a file. Raises ValueError with a sentence if the file cannot be read."""
        known = self._summaries.get(file)
        if known is None:
            try:
                known = _summarize(file, Variables(self._catalog.variables_of(file)))
            except ValueError as error:
                known = error
            self._summaries[file] = known
        if isinstance(known, ValueError):
            raise known
        return known


def _summarize(file: Path, variables: Variables) -> _Summary:
    """Read one file without its parents. Raises ValueError with a sentence if it cannot be read."""
    text, mistakes = _contents(file), list[Mistake]()
    try:
        document = parse_document(text, str(file), mistakes, variables=variables)
    except ScenarioMistakes as found:
        return _Summary("", ScenarioMistakes([*mistakes, *found.mistakes]).mistakes[:1], None)
    parsed, more_mistakes = read_parsed_file(document, str(file))
    mistakes += more_mistakes
    first = ScenarioMistakes(mistakes).mistakes[:1] if mistakes else ()
    return _Summary(parsed.settings.get("description", ""), first, _extends(parsed, document))


def _extends(parsed: ParsedFile, document: Mapping[str, MapEntry]) -> _Extends | None:
    written: str | None = parsed.settings.get("extends")
    return None if written is None else _Extends(written, document["extends"].node.place)


def _not_extended(written: str, place: Place, error: ValueError) -> Mistake:
    return Mistake(*place, f"`extends: {shortened(written)}`: {error}")


def is_path(text: str) -> bool:
    """Return whether a text names a file by its path, and not a scenario by its name."""
    return Path(text).name != text or text.endswith(_SUFFIXES)


def _scenarios_in(directory: Path) -> list[Path]:
    try:
        return [file for suffix in _SUFFIXES for file in sorted(directory.glob(f"*{suffix}")) if file.is_file()]
    except OSError:  # the directory was deleted or cannot be read
        return []


def _same(file: Path, other: Path) -> bool:
    try:
        return file == other or file.samefile(other)
    except OSError:  # one of the files was just deleted
        return False


def _contents(file: Path) -> bytes:
    """Return the bytes of a file, cut off just above the size limit. Raises ValueError with a sentence."""
    try:
        return read_file(file, LARGEST)
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from None


def _without_place(file: str, message: str) -> ScenarioMistakes:
    return ScenarioMistakes([Mistake(file, 0, 0, message)])
