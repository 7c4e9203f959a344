"""The server in its own process, as the pytest plugin starts it."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from mockgms.background import Background, CannotStart, FolderRefused, ScenarioRefused, serving
from mockgms.client import Client
from tests.messages import CANNOT_LOOK
from tests.waiting import LONGEST


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


def listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_a_server_runs_in_the_background_until_the_end_of_the_block() -> None:
    with serving("default") as url, urlopen(f"{url}/__admin/health") as answer:  # noqa: S310
        assert answer.read() == b'{"status":"ok"}'
    assert not listens(port_of(url))


def test_scenario_folders_take_precedence_over_shipped_scenarios_in_their_order(tmp_path: Path) -> None:
    for folder, names in (("one", ["default"]), ("two", ["default", "mine"])):
        (tmp_path / folder).mkdir()
        for name in names:
            (tmp_path / folder / f"{name}.yaml").write_text(f"description: In {folder}.\n")
    folders = [tmp_path / "one", tmp_path / "two"]
    for name, description in (("default", "In one."), ("mine", "In two.")):
        with serving(name, folders) as url, Client(url) as mock:
            assert mock.scenario["description"] == description


def test_a_scenario_is_found_by_its_path_from_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own.yaml").write_text("description: My own.\n")
    monkeypatch.chdir(tmp_path)
    with serving("./own.yaml") as url, Client(url) as mock:
        assert mock.scenario["description"] == "My own."


def test_a_scenario_that_does_not_load_is_refused_with_all_its_mistakes(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text("description: x\nservices:\n  a: {capcity: 1}\n  b: {capacity: x}\n")
    with pytest.raises(ScenarioRefused) as refused:
        Background.start(str(file))
    assert str(refused.value) == (
        f"{file}:3:7: unknown key `capcity`, did you mean `capacity`?\n"
        f"{file}:4:17: `capacity` takes a whole number from 0 to 1000000 or a list, not 'x'"
    )


def test_a_folder_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for name, why in (("none", "No such file or directory"), ("file", "Not a directory")):
        with pytest.raises(FolderRefused) as refused, serving("default", [tmp_path, tmp_path / name]):
            pass
        assert str(refused.value) == f"{CANNOT_LOOK} {tmp_path / name}: {why}"


def test_the_error_of_a_server_that_does_not_start_has_its_output(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "msgspec.py").write_text("raise SystemExit('no msgspec today')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(CannotStart, match=r"^no msgspec today$"):
        Background.start("default")


def test_the_error_of_a_server_that_ends_without_output_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "msgspec.py").write_text("raise SystemExit(0)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(CannotStart, match=r"^it ended without a message, or printed nothing for 60 seconds$"):
        Background.start("default")


@pytest.mark.parametrize(
    "variables",
    [
        {"MOCKGMS_PORT": "tcp://10.96.0.17:8080", "MOCKGMS_SCENARIO": "nowhere", "MOCKGMS_ADMIN_TOKEN": "s3cret"},
        {"PYTHONWARNINGS": "error"},
        {"HTTP_PROXY": "http://127.0.0.1:1", "http_proxy": "http://127.0.0.1:1", "ALL_PROXY": "http://127.0.0.1:1"},
    ],
)
def test_environment_variables_of_this_process_do_not_affect_the_server(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with serving("default") as url, Client(url) as mock:
        assert mock.scenario["name"] == "default"


def test_modules_in_the_working_folder_do_not_hide_modules_of_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("msgspec", "logging", "json"):
        (tmp_path / f"{name}.py").write_text("raise ImportError('hidden')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    with serving("default") as url, Client(url) as mock:
        assert mock.scenario["name"] == "default"


def test_each_line_of_the_log_is_returned_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; print('a word', file=sys.stderr)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    server = Background.start("default")
    assert [server.log(), server.log()] == ["a word", ""]
    server.stop()


def test_the_server_stops_when_the_process_that_started_it_is_killed() -> None:
    code = (
        "import sys; from mockgms.background import Background\n"
        "print(Background.start('default').url, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        port = port_of(starter.stdout.readline().decode().strip())
        with socket.create_connection(("127.0.0.1", port), timeout=LONGEST) as idle:
            os.kill(starter.pid, signal.SIGKILL)
            assert idle.recv(1) == b""
    assert not listens(port)


def test_a_server_that_does_not_stop_is_killed() -> None:
    server = Background.start("default")
    os.kill(server.pid, signal.SIGSTOP)
    server.stop()
    assert not listens(port_of(server.url))
