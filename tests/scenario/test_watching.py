"""Watching scenario files: changes are noticed, mistakes reported once, and missing files do not stop the server."""

import os
import resource
import socket
from pathlib import Path

import pytest

from mockgms.scenario.catalog import Catalog
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.watching import Watch
from tests.messages import FILE_TOO_LARGE, NOT_REGULAR

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


def test_without_a_change_there_is_no_new_version(watch: Watch) -> None:
    before = watch.scenario
    assert watch.poll() is None
    assert watch.scenario is before


def test_a_change_gives_one_new_version(watch: Watch, file: Path) -> None:
    file.write_text("description: Changed.")
    scenario = watch.poll()
    assert scenario is not None
    assert scenario.description == "Changed."
    assert watch.scenario is scenario
    assert watch.poll() is None


def test_a_replaced_file_is_a_change(watch: Watch, file: Path) -> None:
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


def test_the_changed_file_is_named(watch: Watch, file: Path) -> None:
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


def test_a_change_without_effect_gives_no_new_version(watch: Watch, file: Path) -> None:
    before = watch.scenario
    file.write_text("# A remark.\ndescription: Mine.\nextends: parent\n")
    assert watch.poll() is None
    assert watch.scenario is before


def raised(watch: Watch) -> list[str]:
    with pytest.raises(ScenarioMistakes) as caught:
        watch.poll()
    return [str(mistake) for mistake in caught.value.mistakes]


def test_mistakes_that_stay_are_reported_once(watch: Watch, file: Path) -> None:
    before = watch.scenario
    file.write_text(BROKEN)
    assert watch.poll() is None
    assert raised(watch) == [
        f"{file}:1:1: `description` is missing",
        f"{file}:1:1: unknown key `descripton`, did you mean `description`?",
    ]
    assert watch.poll() is None
    assert watch.scenario is before


def test_other_contents_with_the_same_mistakes_are_reported_again(watch: Watch, file: Path) -> None:
    file.write_text(BROKEN)
    watch.poll()
    first = raised(watch)
    file.write_text(f"{BROKEN} # a remark")
    assert watch.poll() is None
    assert raised(watch) == first


def test_a_half_written_file_is_not_reported(watch: Watch, file: Path) -> None:
    file.write_text("")
    assert watch.poll() is None
    file.write_text("description: Written.")
    scenario = watch.poll()
    assert scenario is not None
    assert scenario.description == "Written."
    assert watch.poll() is None


def test_after_reported_mistakes_the_old_version_counts_as_new(watch: Watch, file: Path) -> None:
    right = file.read_text()
    file.write_text(BROKEN)
    watch.poll()
    raised(watch)
    file.write_text(right)
    assert watch.poll() == Catalog().load_file(file)
    assert watch.poll() is None


def test_a_file_that_vanishes_and_returns_is_loaded_again(watch: Watch, file: Path) -> None:
    text = file.read_text()
    file.unlink()
    assert watch.poll() is None
    assert raised(watch) == [f"{file}: cannot be read: No such file or directory"]
    file.write_text(text)
    assert watch.poll() is not None


@pytest.mark.parametrize("kind", ["a pipe", "a socket", "a directory"])
def test_a_path_that_is_not_a_regular_file_is_reported_once_and_changes_nothing(
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


def test_a_file_that_keeps_growing_beyond_the_limit_is_reported_once(watch: Watch, file: Path) -> None:
    before = watch.scenario
    file.write_text("#" * 1_048_577)
    assert watch.poll() is None
    file.write_text(f"description: A log.\n{'#' * 1_048_577}")
    assert raised(watch) == [f"{file}:1:1: {FILE_TOO_LARGE}"]
    file.write_text(f"description: Another log.\n{'#' * 1_048_577}")
    assert watch.poll() is None
    assert watch.scenario is before


def test_a_change_is_found_as_soon_as_there_are_file_descriptors_again(watch: Watch, file: Path) -> None:
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


def test_a_missing_parent_is_found_when_it_is_created(watch: Watch, file: Path) -> None:
    file.write_text("description: Mine.\nextends: ./late.yaml\n")
    assert watch.poll() is None
    raised(watch)
    file.with_name("late.yaml").write_text("description: Late.\nseed: 3\n")
    scenario = watch.poll()
    assert scenario is not None
    assert scenario.seed == 3


def test_the_parent_of_a_vanished_file_is_found(file: Path) -> None:
    catalog = Catalog([file.parent])
    assert catalog.parent("mine", file.with_name("vanished.yaml")) == file
