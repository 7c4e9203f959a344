"""The command `mockgms check`."""

import json
from pathlib import Path

import pytest

from mockgms.cli import main
from tests.messages import FIRES_NEVER

WARNED = "description: x\nrules:\n  - {name: one, times: 0, then: {fault: hang}}\n"
WRONG = "description: x\nservices:\n  sales:\n    capacity: many\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "fine.yaml").write_text("description: x\n")
    (tmp_path / "warned.yaml").write_text(WARNED)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "wrong.yml").write_text(WRONG)
    (tmp_path / "more" / "notes.txt").write_text("no scenario")
    return tmp_path


def test_all_scenario_files_of_a_folder_are_checked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(folder)]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        f"{folder / 'fine.yaml'}: no mistakes",
        f"{folder / 'warned.yaml'}: no mistakes, 1 warning",
    ]
    assert err.splitlines() == [
        f"{folder}/more/wrong.yml:4:15: `capacity` takes a whole number from 0 to 1000000 or a list, not 'many'",
        "    4 |     capacity: many",
        "                      ^",
        f"{folder / 'warned.yaml'}:3:5: the rule `one` {FIRES_NEVER}",
    ]


def test_the_number_of_warnings_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "own.yaml").write_text(WARNED + "  - {name: two, times: 0, then: {fault: hang}}\n")
    assert main(["check", "--strict", str(tmp_path / "own.yaml")]) == 1
    assert capsys.readouterr().out == f"{tmp_path / 'own.yaml'}: no mistakes, 2 warnings\n"


def test_scenarios_of_a_folder_can_extend_each_other_by_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "more" / "wrong.yml").write_text("description: x\nextends: fine\n")
    assert main(["check", str(folder)]) == 0
    assert main(["check", str(folder), "--strict"]) == 1


def test_a_folder_without_scenarios_is_a_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path)]) == 1
    assert capsys.readouterr() == ("", f"{tmp_path}: is a folder without a .yaml or .yml file\n")


def test_a_path_that_is_too_long_is_a_mistake_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    long, own = tmp_path / ("a" * 300), tmp_path / "own.yaml"
    own.write_text("description: My own.\n")
    assert main(["check", str(long), str(own)]) == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == (
        f"{own}: no mistakes\n",
        f"{long}: cannot be read: File name too long\n",
    )


def test_findings_can_be_printed_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--format", "json", str(folder), str(folder / "none.yaml")]) == 1
    wrong, warned, none = json.loads(capsys.readouterr().out)
    assert (wrong["severity"], wrong["line"], wrong["column"]) == ("error", 4, 15)
    assert warned == {
        "severity": "warning",
        "file": str(folder / "warned.yaml"),
        "line": 3,
        "column": 5,
        "message": f"the rule `one` {FIRES_NEVER}",
    }
    assert (none["line"], none["message"]) == (None, "cannot be read: No such file or directory")


def test_findings_can_be_printed_as_github_annotations(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a,b.yaml"
    file.write_text(WARNED + "x\n")
    assert main(["check", "--format", "github", str(file), str(tmp_path / "none.yaml")]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"::error file={tmp_path}/a%2Cb.yaml,line=")
    assert second == f"::error file={tmp_path}/none.yaml::cannot be read: No such file or directory"


def test_variables_of_a_scenario_can_be_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "own.yaml").write_text("description: x\nseed: ${SEED}\n")
    assert main(["check", str(tmp_path / "own.yaml"), "--set", "SEED=1"]) == 0
    assert main(["check", str(tmp_path / "own.yaml"), "--set", "SEED=x"]) == 1


@pytest.mark.parametrize(
    "text",
    ["description: x\n\x1b", "description: x\n\tseed: 1", b"\xff", "a: \x85 [\n"],
)
def test_a_line_with_a_mistake_is_quoted_only_if_it_is_printable(
    tmp_path: Path, text: str | bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    assert main(["check", str(tmp_path / "own.yaml")]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[1:] == (["    2 |  seed: 1", "        ^"] if text == "description: x\n\tseed: 1" else [])


@pytest.mark.parametrize(("before", "after"), [(1, 250), (250, 1), (250, 250)])
def test_the_quote_of_a_long_line_is_the_part_around_the_mistake(
    tmp_path: Path, before: int, after: int, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.yaml").write_text(
        f"description: x\nservices: {{{'a' * before}: {{}}, sales: {{capasity: 1}}, {'b' * after}: {{}}}}\n"
    )
    assert main(["check", str(tmp_path / "own.yaml")]) == 1
    _, line, mark = capsys.readouterr().err.splitlines()
    assert line[mark.index("^") :].startswith("capasity: 1")
    assert (line.startswith("    2 | ..."), line.endswith("...")) == (before > 1, after > 1)
    assert len(line) == 8 + 200 + 3 * (line.startswith("    2 | ...") + line.endswith("..."))


def test_a_set_variable_that_no_file_uses_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own, plain = tmp_path / "own.yaml", tmp_path / "plain.yaml"
    own.write_text("description: x\nextends: base.yaml\nseed: ${SEED}\n")
    (tmp_path / "base.yaml").write_text("description: ${TITLE}\n")
    plain.write_text("description: x\nexamples: [{name: x, steps: [{request: GET /callbacks/availability/sales}]}]\n")
    used = ["--set", "SEED=1", "--set", "TITLE=x"]
    assert main(["check", str(plain), str(own), *used]) == 0
    capsys.readouterr()
    assert main(["check", str(plain), str(own), *used, "--set", "NOPE=1"]) == 2
    wrong = f"mockgms: --set: the variable NOPE is not used in {plain}, {own}: the variables there are SEED, TITLE\n"
    assert capsys.readouterr().err == wrong
    assert main(["try", str(plain), "--set", "NOPE=1"]) == 2
    wrong = f"mockgms: --set: the variable NOPE is not used in {plain}: there are no variables\n"
    assert capsys.readouterr().err == wrong


def test_the_list_of_scenarios_refuses_a_set_variable_that_none_of_them_or_their_parents_uses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "own.yaml").write_text("description: ${TITLE}\nextends: ../base.yaml\n")
    (folder / "broken.yaml").write_text("description: x\nextends: ../none.yaml\n")
    (tmp_path / "base.yaml").write_text("description: x\nseed: ${SEED:-1}\n")
    used = ["scenarios", "--scenarios", str(folder), "--set", "SEED=1", "--set", "TITLE=Mine"]
    assert main(used) == 0
    assert "\nown                         Mine\n" in capsys.readouterr().out
    assert main([*used, "--set", "NOPE=1"]) == 2
    wrong = "mockgms: --set: the variable NOPE is not used in the scenarios: the variables there are SEED, TITLE\n"
    assert capsys.readouterr() == ("", wrong)


def test_serve_refuses_a_set_variable_that_no_scenario_uses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "own.yaml").write_text("description: x\n")
    (tmp_path / "other.yaml").write_text("description: x\nseed: ${SEED:-1}\n")
    serve = ["serve", "--port", "0", "--scenarios", str(tmp_path), "--scenario", "own", "--set", "SEED=1"]
    assert main([*serve, "--set", "NOPE=1"]) == 2
    wrong = "mockgms: --set: the variable NOPE is not used in the scenarios: the variables there are SEED\n"
    assert capsys.readouterr() == ("", wrong)
