"""Environment variables of the command: links to services, and messages about wrong values."""

import argparse
import re
import socket
from pathlib import Path

import pytest

from mockgms.cli import main
from mockgms.commands.options import add_flag, add_option, notices, token, up_to, url
from tests.messages import CANNOT_LOOK, NO_TOKEN, NOT_A_TOKEN, NOT_A_URL, OTHER_HOST, PORT_TAKEN, WRONG_TOKEN
from tests.served import served

LINK = "tcp://10.96.0.17:8080"
# The variables that Kubernetes sets in each container if a service is named `mockgms`.
KUBERNETES = {
    "MOCKGMS_PORT": LINK,
    "MOCKGMS_PORT_8080_TCP": LINK,
    "MOCKGMS_PORT_8080_TCP_ADDR": "10.96.0.17",
    "MOCKGMS_PORT_8080_TCP_PORT": "8080",
    "MOCKGMS_PORT_8080_TCP_PROTO": "tcp",
    "MOCKGMS_SERVICE_HOST": "10.96.0.17",
    "MOCKGMS_SERVICE_PORT": "8080",
    "MOCKGMS_SERVICE_PORT_HTTP": "8080",
}
IGNORED = (
    "mockgms: {0} is ignored, because {1!r} is a link to a service:"
    " unset the variable, or set the value that you mean\n"
)

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def in_kubernetes(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in KUBERNETES.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def parsed(*arguments: str) -> argparse.Namespace:
    """Return the parsed options of a command with one option of each kind."""
    parser = argparse.ArgumentParser()
    add_option(parser, "--port", "8080", "NUMBER", "a port", up_to(65_535))
    add_option(parser, "--host", "localhost", "ADDRESS", "an address")
    add_option(parser, "--port-file", None, "PATH", "a file", Path)
    add_option(parser, "--url", "http://localhost:8080", "URL", "a server", url)
    add_option(parser, "--admin-token", None, "TOKEN", "a token", token)
    add_flag(parser, "--admin-open", "a flag")
    return parser.parse_args(arguments)


@pytest.mark.parametrize(
    ("option", "value", "default"),
    [
        ("port", LINK, 8080),
        ("port", "udp://10.96.0.17:8080", 8080),
        ("host", LINK, "localhost"),
        ("port_file", "http://10.96.0.17", None),
        ("admin_open", LINK, False),
        ("url", LINK, "http://localhost:8080"),
        ("url", "udp://10.96.0.17:53", "http://localhost:8080"),
        ("url", "sctp://10.96.0.17:53", "http://localhost:8080"),
    ],
)
def test_a_link_to_a_service_is_ignored_with_a_warning(
    option: str, value: str, default: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    variable = f"MOCKGMS_{option.upper()}"
    monkeypatch.setenv(variable, value)
    options = parsed()
    assert getattr(options, option) == default
    assert [f"mockgms: {notice}\n" for notice in notices(options)] == [IGNORED.format(variable, value)]


@pytest.mark.parametrize(
    ("option", "value"),
    [("url", "http://mock:8080"), ("url", "https://mock"), ("admin_token", "secret://1"), ("admin_token", LINK)],
)
def test_a_url_or_token_that_looks_like_a_link_is_not_ignored(
    option: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"MOCKGMS_{option.upper()}", value)
    options = parsed()
    assert (getattr(options, option), notices(options)) == (value, [])


@pytest.mark.parametrize(
    ("word", "flag"),
    [("TRUE", True), ("1", True), ("on", True), ("false", False), ("off", False), ("0", False), ("", False)],
)
def test_the_variable_of_a_flag_can_be_true_or_false(word: str, flag: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOCKGMS_ADMIN_OPEN", word)
    assert parsed().admin_open is flag


def test_a_link_in_a_variable_causes_no_warning_if_the_option_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOCKGMS_PORT", LINK)
    monkeypatch.setenv("MOCKGMS_ADMIN_OPEN", LINK)
    options = parsed("--port", "1", "--admin-open")
    assert (options.port, options.admin_open, notices(options)) == (1, True, [])


@pytest.mark.slow
def test_serve_works_beside_a_kubernetes_service_named_mockgms(tmp_path: Path, in_kubernetes: object) -> None:
    with served(tmp_path) as server:
        assert (server.health(), server.logged()) == (200, "")


def test_health_uses_the_default_port_beside_a_kubernetes_service_named_mockgms(
    in_kubernetes: object, capsys: Capture
) -> None:
    main(["health", "--host", "192.0.2.1.invalid"])
    out, err = capsys.readouterr()
    assert (out, err.startswith(IGNORED.format("MOCKGMS_PORT", LINK))) == ("", True)
    assert "no answer from 192.0.2.1.invalid, port 8080: " in err


@pytest.mark.parametrize("command", [["ctl", "clock"], ["coverage"]])
def test_other_commands_print_no_warning_beside_a_kubernetes_service_named_mockgms(
    command: list[str], in_kubernetes: pytest.MonkeyPatch, capsys: Capture
) -> None:
    in_kubernetes.setenv("MOCKGMS_URL", "http://127.0.0.1:1")
    assert main(command) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith("mockgms: no answer from http://127.0.0.1:1: ")


REMEDY = "; correct the variable, or unset it"
VALUES = {
    "MOCKGMS_PORT": ("80 80", f"'80 80' is not a port: a number from 0 to 65535{REMEDY}"),
    "MOCKGMS_JOURNAL": ("-1", f"'-1' is not a number from 0 to 999999{REMEDY}"),
    "MOCKGMS_LOG_FORMAT": ("xml", f"'xml' is not one of text, json{REMEDY}"),
    "MOCKGMS_LOG_LEVEL": ("all", f"'all' is not one of error, warning, info, debug{REMEDY}"),
    "MOCKGMS_ADMIN_OPEN": ("maybe", f"'maybe' is neither true nor false{REMEDY}"),
    "MOCKGMS_TLS_SELF_SIGNED": ("2", f"'2' is neither true nor false{REMEDY}"),
    "MOCKGMS_ADMIN_TOKEN": ("a b", f"{NOT_A_TOKEN}{REMEDY}"),
    "MOCKGMS_ADMIN_TOKEN_FILE": ("tcp://nowhere", f"cannot read tcp://nowhere: No such file or directory{REMEDY}"),
    "MOCKGMS_SCENARIOS": ("nowhere", f"{CANNOT_LOOK} nowhere: No such file or directory"),
    "MOCKGMS_TLS_CERT": ("nowhere", "cannot read nowhere: No such file or directory"),
    "MOCKGMS_TLS_KEY": ("nowhere", "--tls-key requires --tls-cert"),
    "MOCKGMS_HOST": ("a..b", f"no address is known for a..b: .*{OTHER_HOST}"),
    "MOCKGMS_PORT_FILE": (".", r"cannot write the port file \.: it exists and is not a port file .*"),
    "MOCKGMS_SCENARIO": (
        "ofice-hours",
        "the scenario does not load; correct it or the variable\nofice-hours: .*did you mean `office-hours`.*",
    ),
}


@pytest.mark.parametrize("variable", VALUES)
def test_the_message_about_a_wrong_value_names_its_variable(
    variable: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    value, message = VALUES[variable]
    monkeypatch.setenv(variable, value)
    options = [] if variable == "MOCKGMS_PORT" else ["--port", "0"]
    assert main(["serve", *options]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(f"mockgms: {variable}: {message}\n", err)


def test_the_message_about_a_taken_port_names_its_variable(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("MOCKGMS_PORT", str(port))
        assert main(["serve"]) == 2
        message = f"port {port} {PORT_TAKEN} for any free one"
        assert capsys.readouterr() == ("", f"mockgms: MOCKGMS_PORT: {message}\n")
        assert main(["serve", "--port", str(port)]) == 2
        assert capsys.readouterr() == ("", f"mockgms: {message}\n")


def test_the_message_about_an_invalid_url_names_its_variable(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setenv("MOCKGMS_URL", "ftp://mock")
    message = f"'ftp://mock' {NOT_A_URL}"
    assert main(["ctl", "clock"]) == 2
    assert capsys.readouterr() == ("", f"mockgms: MOCKGMS_URL: {message}\n")
    assert main(["ctl", "clock", "--url", "ftp://mock"]) == 2
    assert capsys.readouterr() == ("", f"mockgms: {message}\n")


@pytest.mark.slow
def test_a_file_can_have_the_token_for_the_server_and_for_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    file, other = tmp_path / "token", tmp_path / "other"
    file.write_bytes(b"\xef\xbb\xbfs3cret\r\n")  # as an editor of Windows saves it
    other.write_text("other")
    with served(tmp_path, MOCKGMS_ADMIN_TOKEN="", MOCKGMS_ADMIN_TOKEN_FILE=str(file)) as server:
        monkeypatch.setenv("MOCKGMS_URL", server.url)
        monkeypatch.setenv("MOCKGMS_ADMIN_TOKEN_FILE", str(file))
        assert main(["ctl", "freeze", "2026-03-02T08:55:00Z"]) == 0
        assert main(["ctl", "sessions", "--replicas", server.url]) == 0
        assert main(["ctl", "clock", "--admin-token-file", str(other)]) == 2
        assert main(["ctl", "clock", "--admin-token-file", str(other), "--admin-token", "s3cret"]) == 0
        monkeypatch.setenv("MOCKGMS_ADMIN_TOKEN", "other")
        assert main(["ctl", "clock"]) == 2
        assert main(["ctl", "clock", "--admin-token-file", str(file)]) == 0
        monkeypatch.delenv("MOCKGMS_ADMIN_TOKEN")
        monkeypatch.setenv("MOCKGMS_ADMIN_TOKEN_FILE", str(other))
        capsys.readouterr()
        assert main(["ctl", "clock"]) == 2
        assert capsys.readouterr().err.startswith("mockgms: MOCKGMS_ADMIN_TOKEN_FILE: The token is wrong")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", f"has no token: {NOT_A_TOKEN}"),
        (b"a b\n", f"has no token: {NOT_A_TOKEN}"),
        (b"\xff", f"has no token: {NOT_A_TOKEN}"),
        (b"x" * 4_097, "has more than 4,096 bytes: name a file with a token alone"),
    ],
)
def test_a_server_with_a_file_without_a_token_does_not_start(
    content: bytes, reason: str, tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "token"
    file.write_bytes(content)
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--port", "0", "--admin-token-file", str(file)])
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith(f"argument --admin-token-file: {file} {reason}\n")


@pytest.mark.slow
def test_the_message_about_a_refused_session_or_token_names_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    with served(tmp_path, "--admin-token", "s3cret") as server:
        monkeypatch.setenv("MOCKGMS_URL", server.url)
        monkeypatch.setenv("MOCKGMS_ADMIN_TOKEN", "other")
        assert main(["ctl", "clock"]) == 2
        wrong = f"{WRONG_TOKEN} Give the token with --admin-token or in the variable MOCKGMS_ADMIN_TOKEN."
        assert capsys.readouterr() == ("", f"mockgms: MOCKGMS_ADMIN_TOKEN: {wrong}\n")
        assert main(["coverage", "--admin-token", "x"]) == 2
        assert capsys.readouterr() == ("", f"mockgms: {wrong}\n")
        monkeypatch.delenv("MOCKGMS_ADMIN_TOKEN")
        assert main(["ctl", "clock"]) == 2
        message = "Give the token with --admin-token or in the variable MOCKGMS_ADMIN_TOKEN."
        assert capsys.readouterr() == ("", f"mockgms: {NO_TOKEN} {message}\n")
        monkeypatch.setenv("MOCKGMS_ADMIN_TOKEN", "s3cret")
        monkeypatch.setenv("MOCKGMS_SESSION", "a b")
        assert main(["ctl", "clock"]) == 2
        assert capsys.readouterr().err.startswith("mockgms: MOCKGMS_SESSION: session must be 1 to 64 letters, ")
