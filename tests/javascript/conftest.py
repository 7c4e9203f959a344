"""Fixtures: the npm package, installed into an empty project from what `npm pack` writes."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from mockgms.scenario.catalog import Catalog
from tests.threaded import serving

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "clients" / "javascript"
LONGEST = 60  # seconds that a program may take on a busy machine
TEST_RUNNERS = ("@playwright", "@types", "playwright", "playwright-core", "typescript", "undici-types", "vitest")


def _why_not() -> str:
    """Say what is missing to test the package, or nothing."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        return "Node.js and npm are not installed"
    lock = ROOT / "node_modules" / "installed-lock.json"
    if not lock.exists() or lock.read_bytes() != (ROOT / "package-lock.json").read_bytes():
        return "node_modules is not up to date: scripts/setup installs it where Node.js is 20.19 or newer"
    return ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests of this folder without npm."""
    here = [item for item in items if item.path.is_relative_to(Path(__file__).parent)]
    reason = _why_not() if here else ""
    for item in here:
        item.add_marker("slow")
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))


def environment(**variables: str) -> Mapping[str, str]:
    """Return the variables for a program that finds this checkout's `mockgms` in PATH."""
    own = Path(sys.executable).parent
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MOCKGMS", "npm_", "CI"))}
    return {**kept, "PATH": f"{own}{os.pathsep}{kept['PATH']}", "NO_COLOR": "1", **variables}


def run(
    command: Sequence[str | Path], folder: Path, status: int = 0, **variables: str
) -> "subprocess.CompletedProcess[str]":
    """Run a program that must end with a status, and return what it wrote."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The URL of a server."""
    catalog = Catalog()
    with serving(catalog.load("default"), catalog) as url:
        yield url


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty project with the package and the test runners. The package has no dependencies to download."""
    folder = tmp_path_factory.mktemp("project")
    [packed] = json.loads(run(["npm", "pack", "--json", "--silent", "--pack-destination", folder], CLIENT).stdout)
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    run(["npm", "install", "--offline", "--legacy-peer-deps", f"./{packed['filename']}"], folder)
    for name in TEST_RUNNERS:
        (folder / "node_modules" / name).symlink_to(ROOT / "node_modules" / name)
    shutil.copytree(CLIENT / "test", folder / "test")
    return folder
