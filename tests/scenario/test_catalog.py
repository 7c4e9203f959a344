"""Scenarios by name, by path and from text, with their parents."""

import errno
import os
import resource
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from mockgms.domain.capacity import Capacity
from mockgms.domain.service import NumberChecks
from mockgms.output.printable import visible
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.model import Auth, Basic, Scenario
from tests.messages import FILE_TOO_LARGE, NOT_ACTED_ON, NOT_REGULAR, QUOTE_NOT_CLOSED
from tests.scenario.conftest import warnings_of

SHIPPED = sorted(file.stem for file in (Path(__file__).parents[2] / "scenarios").glob("*.yaml"))
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(name: str, text: str) -> Path:
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
        return file

    return write_file


def mistakes(load: Callable[[], Scenario]) -> list[str]:
    with pytest.raises(ScenarioMistakes) as caught:
        load()
    return [str(mistake) for mistake in caught.value.mistakes]


def test_the_shipped_scenarios_are_in_every_catalog() -> None:
    names = Catalog().names()
    assert [name for name, _ in names] == SHIPPED
    assert all(description.endswith(".") for _, description in names)


def test_a_directory_that_cannot_be_read_has_no_scenarios(tmp_path: Path) -> None:
    catalog = Catalog([tmp_path])
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
    try:
        names = catalog.names()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert names == []


def test_a_scenario_in_the_users_directory_replaces_a_shipped_one(write: Write, tmp_path: Path) -> None:
    write("default.yaml", "description: Ours.")
    write("other.yml", "description: Another.")
    write("notes.txt", "no scenario")
    catalog = Catalog([tmp_path])
    assert catalog.load("default") == Scenario("default", "Ours.")
    assert catalog.load("other") == Scenario("other", "Another.")
    assert [name for name, _ in catalog.names()] == sorted([*SHIPPED, "other"])
    assert dict(catalog.names())["default"] == "Ours."


def test_a_scenario_that_does_not_load_is_listed_with_its_mistake(write: Write, tmp_path: Path) -> None:
    file = write("broken.yaml", "seed: 1")
    descriptions = dict(Catalog([tmp_path]).names())["broken"]
    assert descriptions == f"does not load: {file}:1:1: `description` is missing"


def test_a_scenario_is_loaded_by_its_path(write: Write) -> None:
    file = write("mine.yaml", "description: Mine.")
    assert Catalog().load(str(file)) == Scenario("mine", "Mine.")
    assert Catalog().load_file(file) == Scenario("mine", "Mine.")


def test_a_file_of_any_ending_can_be_loaded(write: Write) -> None:
    file = write("mine.json", '{"description": "Mine."}')
    assert Catalog().load(str(file)) == Scenario("mine", "Mine.")


@pytest.mark.parametrize("name", ["defualt", "Default", "default "])
def test_the_mistake_about_an_unknown_name_lists_the_known_names(name: str) -> None:
    there_are = f"(there are: {', '.join(SHIPPED)})"
    assert mistakes(lambda: Catalog().load(name)) == [
        f"{name}: there is no such scenario, did you mean `default`? {there_are}"
    ]


@pytest.mark.parametrize("name", ["../scenarios/default", "default.yaml", "/etc/passwd", "", ".", "a\0b"])
def test_a_name_is_never_a_path(name: str) -> None:
    (mistake,) = mistakes(lambda: Catalog().named(name))
    shown = visible(name) or "''"
    assert mistake.startswith(f"{shown}: there is no such scenario")


def test_a_file_that_cannot_be_read_is_a_mistake(tmp_path: Path) -> None:
    missing = tmp_path / "x.yaml"
    assert mistakes(lambda: Catalog().load(str(missing))) == [f"{missing}: cannot be read: No such file or directory"]
    assert mistakes(lambda: Catalog().load_file(tmp_path)) == [f"{tmp_path}: cannot be read: Is a directory"]
    assert mistakes(lambda: Catalog().load("a\0/b")) == [r"a\x00/b: the path has a NUL character in it"]


def test_a_file_that_is_too_large_is_not_read_to_its_end(tmp_path: Path) -> None:
    large = tmp_path / "x.yaml"
    with large.open("wb") as opened:
        opened.truncate(1 << 40)  # a sparse file of a terabyte
    assert mistakes(lambda: Catalog().load(str(large))) == [f"{large}:1:1: {FILE_TOO_LARGE}"]


NO_FILE = f"Is {{}}, {NOT_REGULAR}"


def test_a_path_that_is_not_a_regular_file_is_a_mistake(pipe: Path) -> None:
    assert mistakes(lambda: Catalog().load("/dev/zero")) == [f"/dev/zero: cannot be read: {NO_FILE.format('a device')}"]
    assert mistakes(lambda: Catalog().load_file(pipe)) == [f"{pipe}: cannot be read: {NO_FILE.format('a pipe')}"]


def test_a_parent_that_is_not_a_regular_file_is_a_mistake(write: Write, pipe: Path) -> None:
    file = write("child.yaml", f"description: x\nextends: ./{pipe.name}\n")
    assert mistakes(lambda: Catalog().load_file(file)) == [
        f"{file}:2:10: `extends: ./{pipe.name}`: cannot be read: {NO_FILE.format('a pipe')}"
    ]


def test_only_regular_files_of_a_folder_are_listed_as_scenarios(write: Write, pipe: Path) -> None:
    write("mine.yaml", "description: Mine.")
    (pipe.parent / "folder.yaml").mkdir()
    (pipe.parent / "nowhere.yaml").symlink_to("missing.yaml")
    (pipe.parent / "zero.yaml").symlink_to("/dev/zero")
    ours, shipped = Catalog([pipe.parent]).names(), Catalog().names()
    assert [each for each in ours if each not in shipped] == [("mine", "Mine.")]


def test_a_folder_that_has_vanished_has_no_scenarios(tmp_path: Path) -> None:
    assert Catalog([tmp_path / "vanished"]).names() == Catalog().names()


@pytest.mark.slow
def test_at_most_100_mistakes_are_listed_and_the_others_are_counted() -> None:
    messages = mistakes(lambda: Catalog().parse("".join(f"zz{turn}: 1\n" for turn in range(19_000))))
    assert len(messages) == 101
    assert messages[-1] == "<body>: has 18901 more mistakes"  # `description` is missing too


def test_a_scenario_is_parsed_from_text() -> None:
    assert Catalog().parse("description: x") == Scenario("<body>", "x")
    assert Catalog().parse(b'{"description": "x"}', "y") == Scenario("y", "x")


def test_a_scenario_extends_another(write: Write, tmp_path: Path) -> None:
    write(
        "base.yaml",
        """\
description: Base.
seed: 3
auth: {api_keys: [A, B], basic: {username: u, password: p}}
services:
  "*": {capacity: 2, numbers: {country: FR}}
  sales: {time_bucket: 30, _ttl: 1}
""",
    )
    file = write(
        "child.yaml",
        """\
description: Child.
extends: base
auth: {api_keys: [C]}
services:
  "*": {numbers: {refuse_premium: true}}
  sales: {capacity: 4}
  support:
""",
    )
    child = Catalog([tmp_path]).load("child")
    assert (child.name, child.description, child.seed) == ("child", "Child.", 3)
    assert child.auth == Auth(frozenset({"C"}), Basic("u", "p"))
    sales, support = child.services["sales"], child.services["support"]
    assert (sales.time_bucket, sales.capacity) == (30, Capacity(4))
    assert sales.numbers == support.numbers == NumberChecks("FR", refuse_premium=True)
    assert (support.time_bucket, support.capacity) == (15, Capacity(2))
    assert warnings_of(child) == (f"{file.with_name('base.yaml')}:6:28: {NOT_ACTED_ON} `_ttl`",)


def test_a_child_can_reset_the_settings_of_its_parent(write: Write) -> None:
    write("base.yaml", "description: Base.\nauth: {basic: {username: u, password: p}}\nservices: {'*': {horizon: 1d}}")
    file = write(
        "child.yaml", "description: Child.\nextends: base\nauth: {basic: null}\nservices: {'*': {horizon: null}}"
    )
    assert Catalog().load_file(file) == Scenario("child", "Child.")


def test_a_parent_is_found_by_path_from_the_file(write: Write) -> None:
    write("base/base.yaml", "description: Base.\nextends: ../root.yaml")
    write("root.yaml", "description: Root.\nseed: 4")
    file = write("own/child.yaml", "description: Child.\nextends: ../base/base.yaml")
    assert Catalog().load_file(file) == Scenario("child", "Child.", seed=4)


def test_a_scenario_can_extend_the_shipped_one_of_its_name(write: Write, tmp_path: Path) -> None:
    write("ges-capacity.yaml", "description: Ours.\nextends: ges-capacity")
    scenario = Catalog([tmp_path]).load("ges-capacity")
    assert (scenario.description, scenario.slot_conflict_status.v3) == ("Ours.", 429)


def test_a_scenario_from_text_extends_another_by_name_only(tmp_path: Path) -> None:
    assert Catalog().parse("description: x\nextends: ges-capacity").slot_conflict_status.v3 == 429
    assert mistakes(lambda: Catalog().parse("description: x\nextends: ./base.yaml")) == [
        "<body>:2:10: `extends: ./base.yaml`: is a path; here a scenario can extend one by name only"
    ]


def test_a_missing_parent_is_a_mistake_of_the_child(write: Write) -> None:
    file = write("child.yaml", "description: Child.\nextends: defualt")
    (mistake,) = mistakes(lambda: Catalog().load_file(file))
    assert mistake.startswith(f"{file}:2:10: `extends: defualt`: there is no such scenario, did you mean `default`?")
    file = write("child.yaml", "description: Child.\nextends: x.yaml")
    assert mistakes(lambda: Catalog().load_file(file)) == [
        f"{file}:2:10: `extends: x.yaml`: cannot be read: No such file or directory"
    ]


def test_mistakes_of_a_parent_are_reported_with_its_file(write: Write) -> None:
    base = write("base.yaml", "description: Base.\nsed: 1")
    worse = write("worse.yaml", "description: 'not closed")
    file = write("child.yaml", "description: Child.\nextends: base\nseed: x")
    assert mistakes(lambda: Catalog().load_file(file)) == [
        f"{base}:2:1: unknown key `sed`, did you mean `seed`?",
        f"{file}:3:7: `seed` takes a whole number, not 'x'",
    ]
    file = write("child.yaml", "description: Child.\nextends: worse\nseed: x")
    assert mistakes(lambda: Catalog().load_file(file)) == [
        f"{file}:3:7: `seed` takes a whole number, not 'x'",
        f"{worse}:1:14: {QUOTE_NOT_CLOSED}",
    ]


def test_a_scenario_that_extends_its_own_name_is_told_that_no_other_one_has_it(write: Write) -> None:
    alone = write("alone.yaml", "description: A.\nextends: alone\n")
    with pytest.raises(ScenarioMistakes) as mistakes:
        Catalog().load(str(alone))
    reason = "a scenario cannot be its own parent, and no other one has this name"
    assert str(mistakes.value) == f"{alone}:2:10: `extends: alone`: {reason}"


def test_a_scenario_that_is_its_own_parent_is_a_mistake_that_names_the_chain(write: Write) -> None:
    a = write("a.yaml", "description: A.\nextends: b")
    b = write("b.yaml", "description: B.\nextends: c.yaml")
    c = write("c.yaml", "description: C.\nextends: b")
    assert mistakes(lambda: Catalog().load_file(a)) == [
        f"{c}:2:10: `extends: b`: a scenario cannot be its own parent: {b} -> {c} -> {b}"
    ]
    itself = write("d.yaml", "description: D.\nextends: d.yaml")
    assert mistakes(lambda: Catalog().load_file(itself)) == [
        f"{itself}:2:10: `extends: d.yaml`: a scenario cannot be its own parent: {itself} -> {itself}"
    ]


def test_a_scenario_has_at_most_20_parents_in_a_row(write: Write, tmp_path: Path) -> None:
    write("deep0.yaml", "description: Deep.\nseed: 7")
    for depth in range(1, 22):
        write(f"deep{depth}.yaml", f"description: Deep.\nextends: deep{depth - 1}")
    catalog = Catalog([tmp_path])
    assert catalog.load("deep20").seed == 7
    message = (
        f"{tmp_path / 'deep1.yaml'}:2:10: `extends: deep0`: a scenario has at most 20 parents in a row: merge some of "
        "them into one file"
    )
    assert mistakes(lambda: catalog.load("deep21")) == [message]
    descriptions = dict(catalog.names())
    assert (descriptions["deep20"], descriptions["deep21"]) == ("Deep.", f"does not load: {message}")


def test_a_listing_reads_each_file_once(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("base.yaml", "description: Base.")
    for number in range(30):
        write(f"long{number}.yaml", f"description: Long.\nextends: {f'long{number - 1}' if number else 'base'}")
        write(f"wide{number}.yaml", "description: Wide.\nextends: ./base.yaml")
        write(f"lost{number}.yaml", "description: Lost.\nextends: nowhere.yaml")
    opened: list[str] = []
    open_file = os.open

    def counted(path: Path, flags: int) -> int:
        opened.append(Path(path).name)
        return open_file(path, flags)

    monkeypatch.setattr(os, "open", counted)
    assert len(Catalog([tmp_path]).names()) == 91 + len(SHIPPED)
    assert max(Counter(opened).values()) == 1


def test_a_listing_shows_for_each_scenario_whether_its_parents_load(write: Write, tmp_path: Path) -> None:
    broken = write("broken.yaml", "description: 'not closed")
    mistaken = write("mistaken.yaml", "description: x\nsed: 1")
    below = write("below.yaml", "description: Below.\nextends: gone")
    (tmp_path / "gone.yaml").mkdir()
    write("child-of-broken.yaml", "description: x\nextends: broken")
    write("grandchild-of-mistaken.yaml", "description: x\nextends: child-of-mistaken")
    write("child-of-mistaken.yaml", "description: x\nextends: mistaken")
    descriptions = dict(Catalog([tmp_path]).names())
    for name in ("broken", "child-of-broken"):
        assert descriptions[name] == f"does not load: {broken}:1:14: {QUOTE_NOT_CLOSED}"
    for name in ("mistaken", "child-of-mistaken", "grandchild-of-mistaken"):
        assert descriptions[name] == f"does not load: {mistaken}:2:1: unknown key `sed`, did you mean `seed`?"
    assert descriptions["below"].startswith(f"does not load: {below}:2:10: `extends: gone`: there is no such scenario")


def test_the_mistake_about_a_missing_scenario_lists_50_others_at_most(write: Write, tmp_path: Path) -> None:
    for number in range(60):
        write(f"a{number:02}.yaml", "description: x")
    (mistake,) = mistakes(lambda: Catalog([tmp_path]).load("none-of-these"))
    assert mistake.endswith(f"a48, a49 and {10 + len(SHIPPED)} more)")


def test_a_file_that_cannot_be_opened_is_listed_with_the_reason(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = write("locked.yaml", "description: Locked.")
    child = write("child.yaml", "description: Child.\nextends: locked")
    open_file = os.open

    def refused(path: Path, flags: int) -> int:
        if Path(path) == locked:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return open_file(path, flags)

    monkeypatch.setattr(os, "open", refused)
    descriptions = dict(Catalog([tmp_path]).names())
    assert descriptions["locked"] == f"does not load: {locked}: cannot be read: Permission denied"
    assert descriptions["child"] == f"does not load: {child}:2:10: `extends: locked`: cannot be read: Permission denied"


def test_scenarios_with_the_same_settings_are_equal_from_whichever_files() -> None:
    text = "description: x\nservices: {sales: {capacity: 2}}"
    one, same, other = (Catalog().parse(each) for each in (text, f"{text}\n", text.replace("2", "3")))
    assert one == same
    assert not one != same  # noqa: SIM202  # Struct has its own operator
    assert one != other
    assert one != text
