"""The command `mockgms completion`. Its scripts run in the shells that are installed."""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from mockgms.cli import main
from mockgms.client import Client
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.model import Scenario
from tests.threaded import serving
from tests.waiting import LONGEST

BASH = shutil.which("bash") or "/bin/bash"
ASK = """
COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_mockgms; printf "%s\\n" "${{COMPREPLY[@]}}"
"""


@pytest.fixture
def script(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["completion", request.param]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("script", ["bash"], indirect=True)
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("mockgms co", ["coverage", "completion"]),
        ("mockgms ctl wait cl", ["clock"]),
        ("mockgms ctl --url x boo", ["book"]),
        ("mockgms ctl arm hang --t", ["--times"]),
        ("mockgms ctl arm serv", ["server_error"]),
        ("mockgms health --wa", ["--wait"]),
        ("mockgms check --st", ["--strict"]),
        ("mockgms check --zz", [""]),
        ("mockgms completion z", ["zsh"]),
        ("mockgms check --format g", ["github"]),
        ("mockgms serve --log-format ''", ["text", "json"]),
        ("mockgms ctl --session cloc", [""]),  # a value, not the command clock
    ],
)
def test_bash_completes_commands_and_options(script: str, words: str, expected: list[str]) -> None:
    code = script + ASK.format(words=words)
    done = subprocess.run([BASH, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout.split("\n")[:-1], done.stderr) == (expected, "")


NAMES = [
    ("mockgms ctl --url={url} use slot-t", ["slot-taken-at-submit"]),
    ("mockgms ctl use --url {url} --session t", ["test-1"]),
    ("mockgms ctl --session test-1 --url {url} disarm h", ["hang"]),
    ("mockgms ctl --session none --url {url} disarm h", []),
    ("mockgms ctl --url {url} disarm h", []),
    ("mockgms ctl --url 'http://localhost:1 disarm h", []),
    ("mockgms ctl --url http://localhost:1 disarm h", []),
    ("mockgms ctl --url nowhere use s", []),
]


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """The URL of a server with two sessions, a rule in one, and a scenario whose name would be code in a shell."""
    (tmp_path / "slot-t$(id).yaml").write_text("description: Mine.")
    with serving(Scenario("own", "Own."), Catalog([tmp_path])) as url, Client(url) as client:
        client.session("test-1").arm("hang")
        yield url


@pytest.mark.parametrize(("line", "names"), NAMES)
def test_the_names_that_a_server_has_are_printed(
    url: str, capsys: pytest.CaptureFixture[str], line: str, names: list[str]
) -> None:
    kind = "sessions" if line.endswith(" t") else "scenarios" if " use " in line else "rules"
    assert main(["completion", "bash", "--names", kind, "--line", line.format(url=url)]) == 0
    printed = capsys.readouterr()
    begun = line.rpartition(" ")[2]
    assert ([name for name in printed.out.split() if name.startswith(begun)], printed.err) == (names, "")
    with Client(url) as client:
        assert [session["id"] for session in client.sessions] == ["default", "test-1"]


def test_a_server_that_does_not_answer_delays_a_completion_by_a_second(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        line = f"mockgms ctl --url http://127.0.0.1:{silent.getsockname()[1]} disarm"
        begun = time.monotonic()
        assert main(["completion", "bash", "--names", "rules", "--line", line]) == 0
    assert (capsys.readouterr().out, time.monotonic() - begun < 3) == ("", True)


def test_a_server_that_answers_byte_by_byte_delays_a_completion_by_a_second() -> None:
    with socket.create_server(("127.0.0.1", 0)) as slow, ThreadPoolExecutor(1) as threads:
        answering = threads.submit(answer_slowly, slow)
        line = f"mockgms ctl --url http://127.0.0.1:{slow.getsockname()[1]} disarm"
        command = [sys.executable, "-m", "mockgms", "completion", "bash", "--names", "rules", "--line", line]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=LONGEST)
        answering.result()
    assert (done.stdout, done.stderr) == ("", "")


def answer_slowly(server: socket.socket) -> None:
    """Answer a client until it leaves."""
    connection, _ = server.accept()
    with connection, suppress(ConnectionError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n")
        while True:
            connection.sendall(b" ")
            time.sleep(0.05)  # the server is slow


@pytest.mark.parametrize("answer", ["null", "5", "[1]", '["x"]', "{}", '[{"name": 5}]', "[" * 100_000])
def test_the_names_of_a_server_that_is_not_mockgms_are_ignored(capsys: pytest.CaptureFixture[str], answer: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, ThreadPoolExecutor(1) as threads:
        answering = threads.submit(answer_once, other, answer.encode())
        line = f"mockgms ctl --url http://127.0.0.1:{other.getsockname()[1]} use"
        assert main(["completion", "bash", "--names", "scenarios", "--line", line]) == 0
        answering.result()
    assert capsys.readouterr() == ("", "")


def answer_once(server: socket.socket, body: bytes) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(10_000)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


@pytest.mark.parametrize("script", ["bash"], indirect=True)
@pytest.mark.parametrize(("line", "names"), NAMES[:4])
def test_bash_completes_the_names_that_a_server_has(url: str, script: str, line: str, names: list[str]) -> None:
    whole = line.format(url=url)
    code = script + f"\nCOMP_LINE={shlex.quote(whole)}" + ASK.format(words=whole)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [BASH, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "PATH": path}
    )
    assert (done.stdout.split(), done.stderr) == (names, "")


@pytest.mark.parametrize("script", ["zsh"], indirect=True)
def test_zsh_uses_the_script_of_bash(script: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["completion", "bash"])
    assert script == "autoload -U +X bashcompinit && bashcompinit\n" + capsys.readouterr().out
    if zsh := shutil.which("zsh"):
        ask = "() { emulate -L sh; setopt kshglob noshglob braceexpand nokshautoload; " + ASK.format(
            words="mockgms comp"
        )
        code = f"autoload -U +X compinit && compinit -u; {script}\n{ask}}}"
        done = subprocess.run([zsh, "-c", code], capture_output=True, text=True, check=True)
        assert ("completion" in done.stdout.split(), done.stderr) == (True, "")  # zsh compares the words by itself


@pytest.mark.parametrize("script", ["fish"], indirect=True)
def test_the_script_for_fish_has_a_line_for_each_word(script: str) -> None:
    lines = script.splitlines()
    seen, meaning = "__fish_seen_subcommand_from", "exit with 1 if there are warnings too"
    assert f"complete -c mockgms -n '{seen} check' -l strict -d '{meaning}'" in lines
    one = "text (default), json or github"
    assert f"complete -c mockgms -n '{seen} check' -l format -x -a 'text json github' -d '{one}'" in lines
    each = "value of ${NAME} in scenario files, in place of that of the environment (may be repeated)"
    assert f"complete -c mockgms -n '{seen} check' -l set -r -d '{each}'" in lines
    armed = f"{seen} ctl; and {seen} arm; and not {seen} {' '.join(FAULTS)}"
    assert f"complete -c mockgms -n '{armed}' -f -a hang -d 'Never answers; the client has to give up.'" in lines
    condition = f"{seen} ctl; and {seen} wait; and not {seen} ready clock callback"
    assert f"complete -c mockgms -n '{condition}' -f -a ready -d 'Wait until the server answers'" in lines
    if fish := shutil.which("fish"):
        subprocess.run([fish, "-c", script], check=True)


@pytest.mark.parametrize("script", ["bash"], indirect=True)
def test_every_command_has_help(script: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = re.search("known=' (.*) '", script)
    assert found is not None
    for path in found[1].split():
        program, *commands = path.split(".")
        with pytest.raises(SystemExit) as end:
            main([*commands, "--help"])
        assert end.value.code == 0
        assert capsys.readouterr().out.startswith(f"usage: {' '.join([program, *commands])} [")


def test_an_unknown_shell_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["completion", "tcsh"])
    assert "'tcsh' is not one of bash, zsh, fish" in capsys.readouterr().err
