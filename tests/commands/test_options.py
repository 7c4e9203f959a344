"""Invalid values of options and variables of the command."""

import pytest

from mockgms.cli import main


def error(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return the last line that a command with wrong arguments prints on stderr."""
    with pytest.raises(SystemExit) as exit_status:
        main(arguments)
    assert exit_status.value.code == 2
    return capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        *(("--journal", value, f"{value!r} is not a number from 0 to 999999") for value in ("x", "-1", "1000000")),
        *(
            ("--timeout", value, f"{value!r} is not a number of seconds from 0.1 to 3600")
            for value in ("x", "-1", "0", "0.09", "3600.1", "1e3", "inf", "")
        ),
        *(
            ("--port", value, f"{value!r} is not a port: a number from 0 to 65535")
            for value in ("x", "-1", "65536", "80 80", "٣")
        ),
        ("--port", "x" * 10_000, f"'{'x' * 100}'... is not a port: a number from 0 to 65535"),
        *(
            ("--admin-token", value, "a token consists of letters, digits and punctuation, without spaces")
            for value in ("two words", "caf\u00e9")
        ),
    ],
)
def test_an_invalid_value_is_refused_with_its_option_and_the_reason(
    capsys: pytest.CaptureFixture[str], option: str, value: str, expected: str
) -> None:
    assert error(capsys, "serve", f"{option}={value}") == f"mockgms serve: error: argument {option}: {expected}"


@pytest.mark.parametrize("command", ["serve", "health"])
def test_an_empty_address_is_refused(capsys: pytest.CaptureFixture[str], command: str) -> None:
    wrong = "an address is empty: give localhost, another address, or :: for all addresses"
    assert error(capsys, command, "--host", "") == f"mockgms {command}: error: argument --host: {wrong}"


@pytest.mark.parametrize(
    ("command", "argument"),
    [
        (["serve", "--scenarios"], "--scenarios"),
        (["serve", "--port-file"], "--port-file"),
        (["serve", "--tls-cert"], "--tls-cert"),
        (["serve", "--tls-key"], "--tls-key"),
        (["serve", "--admin-token-file"], "--admin-token-file"),
        (["coverage", "--junit"], "--junit"),
        (["check"], "FILE"),
        (["try"], "FILE"),
        (["import", "gms-options"], "FILE"),
        (["ctl", "restore"], "file"),
        (["ctl", "import"], "file"),
    ],
)
def test_an_empty_path_is_refused(capsys: pytest.CaptureFixture[str], command: list[str], argument: str) -> None:
    wrong = f"argument {argument}: a path is empty: give the path of a file or a folder"
    assert error(capsys, *command, "").endswith(wrong)


def test_a_flag_variable_that_is_neither_true_nor_false_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOCKGMS_ADMIN_OPEN", "maybe")
    assert main(["serve"]) == 2
    wrong = "mockgms: MOCKGMS_ADMIN_OPEN: 'maybe' is neither true nor false; correct the variable, or unset it\n"
    assert capsys.readouterr() == ("", wrong)


def test_the_help_shows_the_range_of_numeric_options(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert "seconds without progress after which a client is disconnected, from 0.1 to 3600 ($MOCKGMS_TIMEOUT" in shown
    assert (
        "number of requests that each session keeps in its journal, up to 999999; 0 is fastest ($MOCKGMS_JOURNAL"
        in shown
    )


def test_without_a_command_the_error_names_the_commands_and_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    commands = "serve, scenarios, schema, check, try, import, health, ctl, coverage, completion"
    assert error(capsys) == f"mockgms: error: a command is missing: {commands}. `mockgms --help` describes them."


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["chek", "x.yaml"], "mockgms: error: there is no command 'chek', did you mean `check`?"),
        (["ctl", "frezee"], "mockgms ctl: error: there is no command 'frezee', did you mean `freeze`?"),
        (
            ["ctl", "wait", "x\n"],
            "mockgms ctl wait: error: there is no command 'x\\n' (there are: ready, clock, callback)",
        ),
        (["import", "it's"], 'mockgms import: error: there is no command "it\'s" (there are: gms-options)'),
    ],
)
def test_the_nearest_command_to_an_unknown_one_is_suggested(
    arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert error(capsys, *arguments) == expected


def test_other_missing_arguments_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert error(capsys, "check") == "mockgms check: error: the following arguments are required: FILE"
