"""The scripts and their help."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.markdown import ROOT, codes, rows
from tests.waiting import LONGEST

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
SCRIPTS = sorted(file.name for file in (ROOT / "scripts").iterdir() if file.is_file())


def test_each_script_is_in_the_table_of_contributing() -> None:
    listed_scripts = [codes(row[0])[0].split()[0] for row in rows(CONTRIBUTING, "Script")]
    assert sorted(listed_scripts) == [f"scripts/{name}" for name in SCRIPTS]


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["x", "--help"]])
@pytest.mark.parametrize("name", sorted(set(SCRIPTS) - {"serve"}))  # it shows the help of `mockgms serve`
def test_a_script_prints_its_opening_comment_as_help_and_does_nothing(
    name: str, arguments: list[str], tmp_path: Path
) -> None:
    (tmp_path / "scripts").mkdir()
    script = shutil.copy(ROOT / "scripts" / name, tmp_path / "scripts")  # alone, so that it could not run anything else
    _, *lines = Path(script).read_text().splitlines()
    comment = lines[: next(number for number, line in enumerate(lines) if not line.startswith("#"))]
    done = subprocess.run([script, *arguments], capture_output=True, text=True, check=False, timeout=LONGEST)
    help_text = "".join(f"{line.removeprefix('# ')}\n" for line in comment)
    assert (done.returncode, done.stdout, done.stderr) == (0, help_text, "")
    assert help_text.startswith(name)


@pytest.mark.slow  # it starts pytest
@pytest.mark.parametrize("arguments", [["--nonsense"], ["--fast", "tests/docs", "--nonsense"]])
def test_a_mistyped_option_of_the_tests_is_named_before_any_check_runs(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    script = shutil.copy(ROOT / "scripts" / "test", tmp_path / "scripts")
    setup = tmp_path / "scripts" / "setup"  # everything is set up: the environment is that of this test
    setup.write_text("#!/bin/sh\n")
    setup.chmod(0o755)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    done = subprocess.run([script, *arguments], capture_output=True, text=True, check=False, timeout=3 * LONGEST)
    assert (done.returncode, done.stdout) == (4, "")
    assert "error: unrecognized arguments: --nonsense\n" in done.stderr
