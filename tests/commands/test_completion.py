"""The command `mockgms completion`. Its scripts run in the shells that are installed."""

import re
import shutil
import subprocess

import pytest

from mockgms.cli import main
from mockgms.scenario.faults.catalog import FAULTS

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


@pytest.mark.parametrize("script", ["zsh"], indirect=True)
def test_zsh_uses_the_script_of_bash(script: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["completion", "bash"])
    assert script == "autoload -U +X bashcompinit && bashcompinit\n" + capsys.readouterr().out
    if zsh := shutil.which("zsh"):
        subprocess.run([zsh, "-c", "autoload -U +X compinit && compinit -u; " + script], check=True)


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
def test_every_command_has_a_help(script: str, capsys: pytest.CaptureFixture[str]) -> None:
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
