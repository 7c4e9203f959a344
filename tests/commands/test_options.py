"""Invalid values of options and variables of the command."""

import pytest

from mockgms.cli import main


def error_output(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as exit_status:
        main(arguments)
    assert exit_status.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize("entries", ["x", "-1", "1000000"])
def test_the_size_of_the_journal_must_be_a_number(capsys: pytest.CaptureFixture[str], entries: str) -> None:
    assert f"{entries!r} is not a number from 0 to 999999" in error_output(capsys, "serve", f"--journal={entries}")


@pytest.mark.parametrize("text", ["x", "-1", "0", "0.09", "3600.1", "1e3", "inf", ""])
def test_the_timeout_must_be_a_number_of_seconds(capsys: pytest.CaptureFixture[str], text: str) -> None:
    assert f"{text!r} is not a number of seconds from 0.1 to 3600" in error_output(capsys, "serve", f"--timeout={text}")


def test_a_flag_variable_that_is_neither_true_nor_false_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOCKGMS_ADMIN_OPEN", "maybe")
    assert main(["serve"]) == 2
    wrong = "mockgms: MOCKGMS_ADMIN_OPEN: 'maybe' is neither true nor false; correct the variable, or unset it\n"
    assert capsys.readouterr() == ("", wrong)


@pytest.mark.parametrize("token", ["two words", "caf\u00e9"])
def test_a_token_that_cannot_be_sent_in_a_header_is_refused(capsys: pytest.CaptureFixture[str], token: str) -> None:
    assert "a token consists of letters, digits and punctuation, without spaces" in error_output(
        capsys, "serve", f"--admin-token={token}"
    )


@pytest.mark.parametrize("port", ["x", "-1", "65536", "80 80", "٣"])
def test_the_port_must_be_a_number(capsys: pytest.CaptureFixture[str], port: str) -> None:
    assert f"{port!r} is not a port: a number from 0 to 65535" in error_output(capsys, "serve", f"--port={port}")


@pytest.mark.parametrize("command", ["serve", "health"])
def test_an_empty_address_is_refused(capsys: pytest.CaptureFixture[str], command: str) -> None:
    wrong = "argument --host: an address is empty: give localhost, another address, or :: for all addresses"
    assert wrong in error_output(capsys, command, "--host", "")


def test_an_error_shows_the_beginning_of_a_long_value(capsys: pytest.CaptureFixture[str]) -> None:
    shown = f"argument --port: '{'x' * 100}'... is not a port: a number from 0 to 65535"
    assert shown in error_output(capsys, "serve", "--port", "x" * 10_000)


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
    assert error_output(capsys).endswith(
        f"mockgms: error: a command is missing: {commands}. `mockgms --help` describes them.\n"
    )


def test_other_missing_arguments_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert error_output(capsys, "check").endswith("error: the following arguments are required: FILE\n")
