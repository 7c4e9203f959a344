"""Options of the command that cannot be read."""

import pytest

from mockgms.cli import main


def complaint(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as exit_status:
        main(arguments)
    assert exit_status.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize("entries", ["x", "-1", "1000000"])
def test_the_number_of_requests_to_remember_is_a_number(capsys: pytest.CaptureFixture[str], entries: str) -> None:
    assert f"{entries!r} is not a number from 0 to 999999" in complaint(capsys, "serve", f"--journal={entries}")


@pytest.mark.parametrize("text", ["x", "-1", "0", "0.09", "3600.1", "1e3", "inf", ""])
def test_the_timeout_is_a_number_of_seconds(capsys: pytest.CaptureFixture[str], text: str) -> None:
    assert f"{text!r} is not a number of seconds from 0.1 to 3600" in complaint(capsys, "serve", f"--timeout={text}")


def test_a_variable_of_a_flag_that_says_neither_opens_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOCKGMS_ADMIN_OPEN", "maybe")
    assert main(["serve"]) == 2
    wrong = "mockgms: MOCKGMS_ADMIN_OPEN: 'maybe' is neither true nor false; correct the variable, or unset it\n"
    assert capsys.readouterr() == ("", wrong)


@pytest.mark.parametrize("token", ["two words", "caf\u00e9"])
def test_a_token_can_stand_in_a_header(capsys: pytest.CaptureFixture[str], token: str) -> None:
    assert "a token consists of letters, digits and punctuation, without spaces" in complaint(
        capsys, "serve", f"--admin-token={token}"
    )


@pytest.mark.parametrize("port", ["x", "-1", "65536", "80 80", "٣"])
def test_a_port_is_a_number(capsys: pytest.CaptureFixture[str], port: str) -> None:
    assert f"{port!r} is not a port: a number from 0 to 65535" in complaint(capsys, "serve", f"--port={port}")


def test_the_help_says_which_numbers_an_option_takes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert "seconds without progress after which a client is disconnected, from 0.1 to 3600 ($MOCKGMS_TIMEOUT" in told
    assert (
        "number of requests that each session keeps in its journal, up to 999999; 0 is fastest ($MOCKGMS_JOURNAL"
        in told
    )
