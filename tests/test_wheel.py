"""The wheel, installed into an empty environment and used from an empty folder."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from zipfile import ZipFile

import pytest

from mockgms import __version__
from mockgms.ui import UI
from tests.docs.markdown import PAGES, ROOT, blocks
from tests.waiting import LONGEST

CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COVERAGE", "MOCKGMS"))}
SCENARIO = (
    "description: A Monday.\nclock: {now: 2026-03-02T08:55:00Z, frozen: true}\nservices: {sales: {capacity: 2}}\n"
)


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the command `mockgms` of a new environment in which only the wheel is installed. All workers share it."""
    of_run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        of_run = of_run.parent
    folder = of_run / "wheel"
    python = folder / "venv" / "bin" / "python"
    with (of_run / "wheel.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until the file is closed
        if not folder.exists():
            _install_wheel(folder, python)
    return python.with_name("mockgms")


def _install_wheel(folder: Path, python: Path) -> None:
    """Build the wheel in a new folder, and install it in an environment whose interpreter is `python`."""
    folder.mkdir()
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    steps: list[list[str | Path]] = [
        [*pip, "wheel", ".", "--no-deps", "--wheel-dir", folder],
        [sys.executable, "-m", "venv", "--without-pip", folder / "venv"],
        [*pip, "--python", python, "install", "--no-compile", folder / f"mockgms-{__version__}-py3-none-any.whl"],
    ]
    for step in steps:
        subprocess.run(step, check=True, env=CLEAN, capture_output=True)


@pytest.fixture(scope="module")
def url(command: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of a server of the installed command."""
    folder = tmp_path_factory.mktemp("empty")
    (folder / "monday.yaml").write_text(SCENARIO)
    options = ["serve", "--port", "0", "--port-file", "port", "--scenario", "monday.yaml"]
    process = subprocess.Popen([command, *options], cwd=folder, env=CLEAN, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().startswith(f"mockgms {__version__} at http://localhost:")
    yield f"http://127.0.0.1:{(folder / 'port').read_text().strip()}"
    process.terminate()
    assert process.wait(LONGEST) == 0
    process.stdout.close()


def call(url: str, body: object = None, method: str | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data, {"Content-Type": "application/json"}, method=method)  # noqa: S310  # http, as above
    with urlopen(request, timeout=LONGEST) as answer:  # noqa: S310
        return json.load(answer)


@pytest.mark.parametrize("name", ["default", "office-hours", "nearly-full", "gms-defaults", "ges-capacity"])
def test_the_wheel_has_the_shipped_scenarios(url: str, name: str) -> None:
    assert call(f"{url}/s/with-{name}/__admin/scenario", {"name": name}, "PUT")["name"] == name


@pytest.mark.parametrize("path", ["/__admin/docs", *(route.pattern for route in UI.routes)])
def test_the_wheel_has_the_pages(url: str, path: str) -> None:
    with urlopen(f"{url}{path}", timeout=LONGEST) as answer:  # noqa: S310  # http, as above
        assert (answer.status, answer.headers["X-Content-Type-Options"]) == (200, "nosniff")


def test_the_wheel_has_the_schema_for_editors(command: Path) -> None:
    (kept,) = command.parents[1].glob("lib/*/site-packages/mockgms/scenarios/schema.json")
    printed = subprocess.run([command, "schema"], check=True, env=CLEAN, capture_output=True, text=True).stdout
    assert kept.read_text() == printed


def test_a_seat_booked_with_one_api_version_is_taken_in_all(url: str) -> None:
    times = {"_customer_number": "+15551234", "_desired_time": "2026-03-02T09:00:00.000Z"}
    assert list(call(f"{url}/genesys/1/service/callback/sales", times)) == ["_id"]
    booking = {"serviceName": "sales", "phoneNumber": "+15555678", "desiredTime": "2026-03-02T09:15:00.000Z"}
    assert call(f"{url}/engagement/v3/callbacks/create", booking)["status"]["message"] == "Successful"
    period = "start=2026-03-02T09:00:00.000Z&end=2026-03-02T09:45:00.000Z"
    nine, quarter, half = (f"2026-03-02T09:{minute}:00.000Z" for minute in ("00", "15", "30"))
    assert call(f"{url}/genesys/1/service/callback/sales/availability?{period}") == {nine: 1, quarter: 1, half: 2}
    of_v2 = call(f"{url}/genesys/2/service/callback/sales/availability?{period}")
    of_v3 = call(f"{url}/engagement/v3/callbacks/availability/sales?{period}")["data"]
    for answer in (of_v2, of_v3):
        assert [(slot["utcTime"], slot["capacity"], slot["total"]) for slot in answer["slots"]] == [
            (nine, 1, 2),
            (quarter, 1, 2),
            (half, 2, 2),
        ]


def test_the_documented_tests_run_in_an_empty_project(command: Path, tmp_path: Path) -> None:
    python = command.with_name("python")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "--python", str(python)]
    subprocess.run([*pip, "install", "--no-compile", "pytest", "requests"], check=True, env=CLEAN, capture_output=True)
    page = PAGES["docs/how-to/tests.md"]
    passing, failing, *_ = [block.text for block in blocks(page, "python")]
    (tmp_path / "test_booking.py").write_text(passing)
    (tmp_path / "test_wrong.py").write_text(failing)
    ran = [str(python), "-m", "pytest", "-W", "error"]
    result = subprocess.run(ran, cwd=tmp_path, env=CLEAN, capture_output=True, text=True, check=False)
    assert result.stdout.splitlines()[-1].startswith("========================= 1 failed, 1 passed in ")
    [report] = blocks(page, "text")
    assert report.text in result.stdout


def test_the_wheel_has_the_documentation_site_if_it_was_built(tmp_path: Path) -> None:
    for name in "pyproject.toml", "README.md", "LICENSE", ".gitignore":
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    (tmp_path / "mockgms" / "ui" / "built_site" / "search").mkdir(parents=True)
    shutil.copy(ROOT / "mockgms" / "__init__.py", tmp_path / "mockgms")
    files = ["mockgms/ui/built_site/index.html", "mockgms/ui/built_site/search/search_index.json"]
    for file in files:
        (tmp_path / file).write_text("built")
    build = [sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--quiet", "--wheel-dir", "dist"]
    subprocess.run(build, cwd=tmp_path, check=True, env=CLEAN, capture_output=True)
    [wheel] = (tmp_path / "dist").iterdir()
    with ZipFile(wheel) as packed:
        assert [name for name in packed.namelist() if "/built_site/" in name] == files
