"""The catalog of scenarios: found by name in some directories, or by path, and loaded with their parents."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from mockgms.regular_file import read_file
from mockgms.scenario.assembly import assemble
from mockgms.scenario.budget import PatternBudget
from mockgms.scenario.document import LARGEST, parse_document
from mockgms.scenario.layer import Layer, read_layer
from mockgms.scenario.mistakes import Mistake, Place, ScenarioMistakes, did_you_mean
from mockgms.scenario.model import Scenario

_SUFFIXES: Final = (".yaml", ".yml")

# Inside an installed package, and in a checkout beside it.
_SHIPPED: Final = (Path(__file__).parent.parent / "scenarios", Path(__file__).parents[2] / "scenarios")


class Catalog:
    """The scenarios of some directories and those that are shipped; of two with one name the first counts."""

    def __init__(self, directories: Iterable[Path] = ()) -> None:
        self._directories = (*directories, *_SHIPPED)

    def names(self) -> list[tuple[str, str]]:
        """The name and the description of every scenario, by name; of one that does not load, its first mistake."""
        return [(name, self._description(name)) for name in sorted(self._known())]

    def load(self, name_or_path: str) -> Scenario:
        """A scenario by its name or, when it looks like one, by its path. Raises ScenarioMistakes."""
        return self.load_file(Path(name_or_path)) if _is_path(name_or_path) else self.named(name_or_path)

    def named(self, name: str) -> Scenario:
        """A scenario by its name alone. Raises ScenarioMistakes."""
        file = self._find(name)
        if file is None:
            raise _without_place(name, self._no_such(name))
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

    def parent(self, name_or_path: str, child: Path | None) -> Path:
        """The file that a file extends, a text without one when `child` is None. Raises ValueError, with a sentence.

        A name is looked for beside the file first, and never means the file itself: so a scenario can extend
        the shipped one of its own name.
        """
        if _is_path(name_or_path):
            if child is None:
                raise ValueError("is a path; here a scenario can extend one by name only")
            return child.parent / name_or_path
        file = self._find(name_or_path, child)
        if file is None:
            raise ValueError(self._no_such(name_or_path))
        return file

    def _known(self) -> dict[str, Path]:
        found = [file for directory in self._directories for file in _scenarios_in(directory)]
        return {file.stem: file for file in reversed(found)}

    def _find(self, name: str, child: Path | None = None) -> Path | None:
        beside = () if child is None else (child.parent,)
        for directory in (*beside, *self._directories):
            for file in _scenarios_in(directory):
                if file.stem == name and not (child is not None and _same(file, child)):
                    return file
        return None

    def _no_such(self, name: str) -> str:
        known = sorted(self._known())
        return f"there is no such scenario{did_you_mean(name, known)} (there are: {', '.join(known)})"

    def _description(self, name: str) -> str:
        try:
            return self.named(name).description
        except ScenarioMistakes as mistakes:
            return f"does not load: {mistakes.mistakes[0]}"


class _Loading:
    """One loading of a scenario: the files it goes through, and the mistakes it meets in them."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._layers: list[Layer] = []
        self._mistakes: list[Mistake] = []
        self._files: list[Path] = []
        self._texts: list[str] = []

    def load(self, name: str, text: str | bytes, file: Path | None) -> Scenario:
        self._read(text, str(file or name), file)
        if self._mistakes:
            raise ScenarioMistakes(self._mistakes)
        self._check_patterns(str(file or name))
        return assemble(name, self._layers[::-1], self._files, self._texts)

    def _check_patterns(self, label: str) -> None:
        """Raises ScenarioMistakes when the patterns of a file and its parents are too many together."""
        try:
            PatternBudget().take_all(placed.rule for layer in self._layers for placed in layer.rules)
        except ValueError as error:
            raise _without_place(label, f"with the scenarios that it extends, {error}") from None

    def _read(self, text: str | bytes, label: str, file: Path | None) -> None:
        """Read one file, then its parents; `label` is what its mistakes call it."""
        if file is not None:
            self._files.append(file)
        try:
            document = parse_document(text, label, self._mistakes)
        except ScenarioMistakes as found:
            self._mistakes += found.mistakes
            return
        self._texts.append(text if isinstance(text, str) else text.decode())
        layer, mistakes = read_layer(document, label)
        self._layers.append(layer)
        self._mistakes += mistakes
        extends: str | None = layer.settings.get("extends")
        if extends is not None:
            self._read_parent(extends, document["extends"].node.place, file)

    def _read_parent(self, extends: str, place: Place, child: Path | None) -> None:
        try:
            parent = self._catalog.parent(extends, child)
            text = _contents(parent)
            self._check_new(parent)
        except ValueError as error:
            self._mistakes.append(Mistake(*place, f"`extends: {extends}`: {error}"))
        else:
            self._read(text, str(parent), parent)

    def _check_new(self, parent: Path) -> None:
        """Raises ValueError when the file is among its own parents."""
        for index, file in enumerate(self._files):
            if _same(file, parent):
                cycle = " -> ".join(map(str, (*self._files[index:], parent)))
                raise ValueError(f"a scenario cannot be its own parent: {cycle}")


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
