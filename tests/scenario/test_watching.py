"""Watching: a change of any file is noticed, a mistake is told once, and nothing that happens to files is an error."""

import os
import resource
import socket
from pathlib import Path

import pytest

from mockgms.scenario.catalog import Catalog
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.watching import Watch
from tests.messages import NOT_REGULAR

BROKEN = "descripton: Broken."


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "parent.yaml").write_text("description: The parent.")
    file = tmp_path / "mine.yaml"
    file.write_text("description: Mine.\nextends: parent\n")
    return file


@pytest.fixture
def watch(file: Path) -> Watch:
    catalog = Catalog()
    return Watch(catalog, catalog.load_file(file))


def test_without_a_change_there_is_nothing_new(watch: Watch) -> None:
    before = watch.scenario
    assert watch.poll() is None
    assert watch.scenario is before


def test_a_change_is_another_version_once(watch: Watch, file: Path) -> None:
    file.write_text("description: Changed.")
    scenario = watch.poll()
    assert scenario is not None
    assert scenario.description == "Changed."
    assert watch.scenario is scenario
    assert watch.poll() is None


def test_a_file_that_was_replaced_is_a_change_too(watch: Watch, file: Path) -> None:
    draft = file.with_name("draft")
    draft.write_text("description: Replaced.")
    draft.replace(file)
    scenario = watch.poll()
    assert scenario is not None
    assert scenario.description == "Replaced."


def test_a_change_of_a_parent_is_a_change(watch: Watch, file: Path) -> None:
    file.with_name("parent.yaml").write_text("description: The parent.\nseed: 7\n")
    scenario = watch.poll()
    assert scenario is not None
    assert scenario.seed == 7


def test_what_has_changed_is_named(watch: Watch, file: Path) -> None:
    parent = file.with_name("parent.yaml")
    parent.write_text("description: The parent.\nseed: 7\n")
    watch.poll()
    assert watch.changed == (parent,)
    file.write_text("description: Mine.\nextends: parent\nseed: 8\n")
    watch.poll()
    assert watch.changed == (file,)
    parent.write_text(BROKEN)
    watch.poll()
    with pytest.raises(ScenarioMistakes):
        watch.poll()
    assert watch.changed == (parent,)


def test_a_new_parent_is_followed(watch: Watch, file: Path) -> None:
    other = file.with_name("other.yaml")
    other.write_text("description: Another.\nseed: 1\n")
    file.write_text("description: Mine.\nextends: other\n")
    assert watch.poll() is not None
    other.write_text("description: Another.\nseed: 2\n")
    scenario = watch.poll()
    assert scenario is not None
    assert scenario.seed == 2


def test_a_change_that_says_the_same_is_none(watch: Watch, file: Path) -> None:
    before = watch.scenario
    file.write_text("# A remark.\ndescription: Mine.\nextends: parent\n")
    assert watch.poll() is None
    assert watch.scenario is before


def raised(watch: Watch) -> list[str]:
    with pytest.raises(ScenarioMistakes) as caught:
        watch.poll()
    return [str(mistake) for mistake in caught.value.mistakes]


def test_mistakes_are_told_once_when_they_stay(watch: Watch, file: Path) -> None:
    before = watch.scenario
    file.write_text(BROKEN)
    assert watch.poll() is None
    assert raised(watch) == [
        f"{file}:1:1: `description` is missing",
        f"{file}:1:1: unknown key `descripton`, did you mean `description`?",
    ]
    assert watch.poll() is None
    assert watch.scenario is before


def test_other_contents_with_the_same_mistakes_are_told_too(watch: Watch, file: Path) -> None:
    file.write_text(BROKEN)
    watch.poll()
    first = raised(watch)
    file.write_text(f"{BROKEN} # a remark")
    assert watch.poll() is None
    assert raised(watch) == first


def test_a_half_written_file_is_not_told_of(watch: Watch, file: Path) -> None:
    file.write_text("")
    assert watch.poll() is None
    file.write_text("description: Written.")
    scenario = watch.poll()
    assert scenario is not None
    assert scenario.description == "Written."
    assert watch.poll() is None


def test_after_mistakes_that_were_told_the_old_version_is_news(watch: Watch, file: Path) -> None:
    right = file.read_text()
    file.write_text(BROKEN)
    watch.poll()
    raised(watch)
    file.write_text(right)
    assert watch.poll() == Catalog().load_file(file)
    assert watch.poll() is None


def test_a_file_may_vanish_and_come_back(watch: Watch, file: Path) -> None:
    text = file.read_text()
    file.unlink()
    assert watch.poll() is None
    assert raised(watch) == [f"{file}: cannot be read: No such file or directory"]
    file.write_text(text)
    assert watch.poll() is not None


@pytest.mark.parametrize("kind", ["a pipe", "a socket", "a directory"])
def test_what_is_not_a_regular_file_leaves_the_old_version_and_is_told_once(
    watch: Watch, file: Path, kind: str
) -> None:
    before, text = watch.scenario, file.read_text()
    file.unlink()
    if kind == "a pipe":
        os.mkfifo(file)
    elif kind == "a directory":
        file.mkdir()
    else:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(file))
    assert watch.poll() is None
    why = "Is a directory" if kind == "a directory" else f"Is {kind}, {NOT_REGULAR}"
    assert raised(watch) == [f"{file}: cannot be read: {why}"]
    assert watch.poll() is None
    assert watch.scenario is before
    file.rmdir() if kind == "a directory" else file.unlink()
    file.write_text(text)
    assert watch.poll() == before


def test_a_file_that_grows_beyond_the_limit_is_told_of_once_however_it_goes_on(watch: Watch, file: Path) -> None:
    before = watch.scenario
    file.write_text("#" * 1_048_577)
    assert watch.poll() is None
    file.write_text(f"description: A log.\n{'#' * 1_048_577}")
    assert raised(watch) == [f"{file}:1:1: is larger than 1048576 bytes"]
    file.write_text(f"description: Another log.\n{'#' * 1_048_577}")
    assert watch.poll() is None
    assert watch.scenario is before


def test_without_file_descriptors_nothing_has_changed(watch: Watch, file: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    file.write_text("description: Changed.")
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
    try:
        for _ in range(2):
            with pytest.raises(OSError, match="Too many open files"):
                watch.poll()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    scenario = watch.poll()
    assert scenario is not None
    assert scenario.description == "Changed."


def test_a_missing_parent_is_found_when_it_comes(watch: Watch, file: Path) -> None:
    file.write_text("description: Mine.\nextends: ./late.yaml\n")
    assert watch.poll() is None
    raised(watch)
    file.with_name("late.yaml").write_text("description: Late.\nseed: 3\n")
    scenario = watch.poll()
    assert scenario is not None
    assert scenario.seed == 3


def test_a_file_that_has_vanished_is_no_other_file(file: Path) -> None:
    catalog = Catalog([file.parent])
    assert catalog.parent("mine", file.with_name("vanished.yaml")) == file
