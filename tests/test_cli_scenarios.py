"""Commands for scenarios: list, check, schema and import, and scenario files that change while a server runs."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from mockgms.cli import main
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.json_schema import scenario_schema
from tests.command import run_command
from tests.messages import FIRES_NEVER, NO_EFFECT, NO_SERVICE_NAME, NOT_A_ZONE, NOT_ACTED_ON, NOT_REGULAR
from tests.waiting import LONGEST

MOCKGMS = [sys.executable, "-c", "import sys; from mockgms.cli import main; sys.exit(main())"]

IS_A_PIPE = f"Is a pipe, {NOT_REGULAR}"
CALM = "description: Calm.\n"
STORMY = """\
description: Stormy.
rules:
  - name: storm
    when: {operation: schedule}
    then: {fault: server_error, status: 503}
"""


def test_the_scenarios_are_listed_with_their_descriptions(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "a-scenario-of-our-own.yaml").write_text("description: Our own.")
    assert main(["scenarios", "--scenarios", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [tuple(line.split(maxsplit=1)) for line in lines] == [
        ("a-scenario-of-our-own", "Our own."),
        *Catalog().names(),
    ]
    assert len({len(line) - len(line.split(maxsplit=1)[1]) for line in lines}) == 1  # all begin in one column


def test_the_schema_is_complete_even_without_docstrings() -> None:
    ran = subprocess.run([sys.executable, "-OO", "-m", "mockgms", "schema"], capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == scenario_schema()


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == scenario_schema()


def test_check_warns_of_a_rule_that_never_fires(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(f"{STORMY}    times: 0\n")
    assert main(["check", str(file)]) == 0
    out, err = capsys.readouterr()
    assert (out, err) == (
        f"{file}: no mistakes, 1 warning\n",
        f"{file}:3:5: the rule `storm` {FIRES_NEVER}\n",
    )
    assert main(["check", "--strict", str(file)]) == 1


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "mine.yaml"
    file.write_text(CALM)
    return file


@pytest.fixture
def server(file: Path) -> Iterator["subprocess.Popen[str]"]:
    """Return the process of a server that serves the file."""
    command = [*MOCKGMS, "serve", "--port", "0", "--scenario", "mine.yaml"]
    with subprocess.Popen(
        command, cwd=file.parent, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.terminate()
        process.communicate(timeout=LONGEST)


@pytest.fixture
def url(server: "subprocess.Popen[str]") -> str:
    assert server.stdout is not None
    return server.stdout.readline().split()[3].removesuffix(",")


def call(url: str, body: dict[str, str] | None = None) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data, {"Content-Type": "application/json"})  # noqa: S310  # of our own server
    try:
        with urlopen(request, timeout=LONGEST) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)


def next_message(server: "subprocess.Popen[str]") -> str:
    assert server.stderr is not None
    return server.stderr.readline()


def test_a_changed_scenario_file_is_reloaded_and_its_rules_take_effect(
    server: "subprocess.Popen[str]", url: str, file: Path
) -> None:
    book = f"{url}/callbacks/create", {"serviceName": "sales", "phoneNumber": "4155550100"}
    assert call(*book)[0] == 200

    file.write_text(STORMY)
    assert next_message(server) == "mockgms: mine.yaml has changed, its rules are in force: storm\n"
    assert call(*book)[0] == 503
    assert call(f"{url}/s/new/callbacks/create", book[1])[0] == 503

    file.with_name("parent.yaml").write_text(STORMY)
    file.write_text("description: Calm.\nextends: parent\n")
    assert next_message(server) == "mockgms: mine.yaml has changed, its rules are in force: storm\n"
    file.with_name("parent.yaml").write_text(STORMY.replace("storm", "hail"))
    assert next_message(server) == (
        "mockgms: parent.yaml, which mine.yaml extends, has changed, its rules are in force: hail\n"
    )

    file.write_text("descripton: Broken.\n")
    assert (
        next_message(server)
        == "mockgms: mine.yaml has changed but cannot be loaded; the previous scenario stays in force:\n"
    )
    assert next_message(server) == "mine.yaml:1:1: `description` is missing\n"
    assert next_message(server) == "mine.yaml:1:1: unknown key `descripton`, did you mean `description`?\n"
    assert call(*book)[0] == 503

    file.write_text(f"{STORMY}    times: 0\n")
    assert next_message(server) == "mockgms: mine.yaml has changed, its rules are in force: storm\n"
    assert next_message(server) == f"mine.yaml:3:5: the rule `storm` {FIRES_NEVER}\n"
    assert call(*book)[0] == 200

    file.write_text(CALM)
    assert next_message(server) == "mockgms: mine.yaml has changed, it has no rules\n"
    status, callbacks = call(f"{url}/__admin/callbacks")
    assert (status, len(callbacks)) == (200, 2)  # the calendar was kept


def test_a_pipe_in_place_of_the_scenario_file_keeps_the_previous_scenario(
    server: "subprocess.Popen[str]", url: str, file: Path
) -> None:
    file.unlink()
    os.mkfifo(file)
    assert (
        next_message(server)
        == "mockgms: mine.yaml has changed but cannot be loaded; the previous scenario stays in force:\n"
    )
    assert next_message(server) == f"mine.yaml: cannot be read: {IS_A_PIPE}\n"
    assert call(f"{url}/__admin/scenario")[1]["description"] == "Calm."
    file.unlink()
    file.write_text(STORMY)
    # The message about the pipe is not repeated.
    assert next_message(server) == "mockgms: mine.yaml has changed, its rules are in force: storm\n"


@pytest.mark.parametrize("command", [["check"], ["serve", "--port", "0", "--scenario"]])
def test_a_pipe_as_a_scenario_file_is_an_immediate_error(command: list[str], pipe: Path) -> None:
    done = subprocess.run([*MOCKGMS, *command, str(pipe)], capture_output=True, text=True, timeout=LONGEST, check=False)
    assert (done.returncode, done.stdout) == (1 if command == ["check"] else 2, "")
    assert done.stderr == f"{pipe}: cannot be read: {IS_A_PIPE}\n"


def test_check_accepts_a_file_on_standard_input_but_not_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "x").write_text(CALM)
    command = [*MOCKGMS, "check", "/dev/stdin"]
    with (tmp_path / "x").open() as opened:
        assert subprocess.run(command, stdin=opened, capture_output=True, check=True).stdout == (
            b"/dev/stdin: no mistakes\n"
        )
    done = subprocess.run(command, input=CALM, capture_output=True, text=True, timeout=LONGEST, check=False)
    assert (done.returncode, done.stderr) == (1, f"/dev/stdin: cannot be read: {IS_A_PIPE}\n")


def test_check_finds_no_mistake_in_a_shipped_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(capsys, "check", "scenarios/default.yaml") == (0, "scenarios/default.yaml: no mistakes\n", "")


def test_check_reports_on_each_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text("description: Good.")
    bad.write_text("descripton: Bad.")
    status, out, err = run_command(capsys, "check", str(bad), str(good), str(tmp_path / "none.yaml"))
    assert (status, out) == (1, f"{good}: no mistakes\n")
    assert f"{bad}:1:1: unknown key `descripton`, did you mean `description`?" in err
    assert str(tmp_path / "none.yaml") in err


def test_check_warns_of_an_option_without_effect_in_a_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text("description: x\nservices:\n  a:\n    _ttl: 86400\n")
    status, out, err = run_command(capsys, "check", str(file))
    assert (status, out) == (0, f"{file}: no mistakes, 1 warning\n")
    assert err.startswith(f"{file}:4:5: {NOT_ACTED_ON} `_ttl`")
    assert err.count("\n") == 1


def test_import_prints_a_scenario_that_loads(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    export, scenario = tmp_path / "gms.properties", tmp_path / "gms.yaml"
    export.write_text("\ufeffservice.Größe/_request_time_bucket = 30\nservice.Größe/_xyz = 1\n", encoding="utf-8")
    status, out, err = run_command(capsys, "import", "gms-options", str(export))
    assert (status, err) == (0, f"mockgms: {export}: {NO_EFFECT} _xyz\n")
    scenario.write_text(out, encoding="utf-8")
    assert run_command(capsys, "check", str(scenario)) == (0, f"{scenario}: no mistakes\n", "")


def test_import_needs_no_output(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "gms.properties").write_text("service.sales/_request_time_bucket = 30\n")
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["import", "gms-options", str(tmp_path / "gms.properties")]) == 0


def test_import_writes_a_file_in_utf_8_in_any_locale(tmp_path: Path) -> None:
    (tmp_path / "gms.properties").write_text("service.Größe/_request_time_bucket = 30\n", encoding="utf-8")
    command = [*MOCKGMS, "import", "gms-options", "gms.properties"]
    env = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, check=True)
    assert "Größe" in done.stdout.decode()


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        (None, "No such file or directory"),
        (b"\xff", "is not UTF-8: save it as UTF-8"),
        (b" " * 1_048_577, "has more than 1,048,576 bytes"),
        (b"service.a/_timezone = x", f"service.a/_timezone: 'x' {NOT_A_ZONE}"),
        (b"service.%s/_timezone = UTC" % (b"a" * 256), NO_SERVICE_NAME),
    ],
)
def test_import_prints_why_an_export_cannot_be_imported(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes | None, mistake: str
) -> None:
    export = tmp_path / "gms.properties"
    if content is not None:
        export.write_bytes(content)
    status, out, err = run_command(capsys, "import", "gms-options", str(export))
    assert (status, out) == (1, "")
    assert mistake in err
    assert err.count("\n") == 1
