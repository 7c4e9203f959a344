"""HTTPS, on real sockets, as users start it."""

import asyncio
import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from http.client import HTTPSConnection
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from mockgms.app import assemble, listen
from mockgms.cli import main
from mockgms.http.messages import Request
from mockgms.scenario.catalog import Catalog
from mockgms.server.channel import ConnectionLimits
from mockgms.server.tls import self_signed_identity
from tests.messages import NOT_REGULAR
from tests.waiting import LONGEST

ANY_HOST = "0.0.0.0"  # noqa: S104  # what containers bind


class Files:
    """Certificates and keys in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = trustme.CA()
        for name in ("own", "other"):
            issued = self.authority.issue_cert("localhost", "127.0.0.1")
            issued.cert_chain_pems[0].write_to_path(str(folder / f"{name}.pem"))
            issued.private_key_pem.write_to_path(str(folder / f"{name}.key"))
            issued.private_key_and_cert_chain_pem.write_to_path(str(folder / f"{name}-both.pem"))
        key = load_pem_private_key((folder / "own.key").read_bytes(), None)
        hidden = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
        (folder / "hidden.key").write_bytes(hidden)
        (folder / "text").write_text("no PEM")

    def trusting(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        return context


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return Files(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def started(files: Files, request: pytest.FixtureRequest) -> Iterator[str]:
    """The first line of a server that was started with the options of the test."""
    command = [sys.executable, "-m", "mockgms", "serve", "--port", "0", *request.param]
    with subprocess.Popen(
        command, cwd=files.folder, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline()
        process.terminate()
        _, err = process.communicate(timeout=LONGEST)
        assert err == ""


def port_of(line: str) -> int:
    return int(line.split()[3].removesuffix(",").rpartition(":")[2])


def get(port: int, path: str, context: ssl.SSLContext, host: str = "localhost") -> tuple[int, bytes]:
    connection = HTTPSConnection(host, port, timeout=LONGEST, context=context)
    connection.request("GET", path)
    answer = connection.getresponse()
    status, body = answer.status, answer.read()
    connection.close()
    return status, body


WITH_FILES = [("--tls-cert", "own.pem", "--tls-key", "own.key"), ("--tls-cert", "own-both.pem")]


@pytest.mark.slow
@pytest.mark.parametrize("started", WITH_FILES, indirect=True)
def test_the_server_uses_the_given_certificate(started: str, files: Files) -> None:
    port = port_of(started)
    url = f"https://localhost:{port}"
    assert f" at {url}, " in started
    assert f"v1 {url}/genesys/1/service/callback/SERVICE, v3 {url}/engagement/v3/callbacks" in started
    ready = {"status": "ready", "scenario": "default"}
    status, body = get(port, "/__admin/ready", files.trusting())
    assert (status, json.loads(body)) == (200, ready)
    assert get(port, "/__admin/ca.pem", files.trusting()) == (
        404,
        b'{"message":"This server has no certificate authority: start it with --tls-self-signed."}',
    )


@pytest.mark.slow
@pytest.mark.parametrize("started", [("--tls-self-signed",)], indirect=True)
def test_a_self_signed_certificate_is_valid_for_clients_that_trust_its_authority(started: str) -> None:
    port = port_of(started)
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    _, authority = get(port, "/__admin/ca.pem", anybody)
    trusting = ssl.create_default_context(cadata=authority.decode())
    for host in ("localhost", "127.0.0.1"):
        assert get(port, "/__admin/health", trusting, host) == (200, b'{"status":"ok"}')
    with pytest.raises(ssl.SSLCertVerificationError):
        get(port, "/__admin/health", ssl.create_default_context())


@pytest.mark.slow
@pytest.mark.parametrize("started", WITH_FILES[:1], indirect=True)
def test_the_command_health_finds_a_server_with_https(started: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["health", "--port", str(port_of(started))]) == 0
    assert capsys.readouterr() == ("ok\n", "")


async def test_the_certificate_of_the_authority_is_downloaded_as_a_file() -> None:
    catalog = Catalog()
    dispatcher = assemble(catalog.named("default"), catalog, authority=b"PEM")
    reply = await dispatcher.answer(Request("GET", "/__admin/ca.pem", headers={"host": "192.168.1.7"}))
    assert (reply.status, reply.body, reply.content_type) == (200, b"PEM", "application/x-x509-ca-cert")
    assert ("Content-Disposition", 'attachment; filename="mockgms-ca.pem"') in reply.headers


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (("--tls-cert", "none.pem"), "cannot read none.pem: No such file or directory"),
        (("--tls-cert", "own.pem", "--tls-key", "none.key"), "cannot read none.key: No such file or directory"),
        (("--tls-cert", "."), "cannot read .: Is a directory"),
        (
            ("--tls-cert", "/dev/zero"),
            f"cannot read /dev/zero: Is a device, {NOT_REGULAR}",
        ),
        (("--tls-cert", "text"), "text holds no certificate in PEM"),
        (("--tls-cert", "own.key", "--tls-key", "own.key"), "own.key holds no certificate in PEM"),
        (("--tls-cert", "own.pem"), "own.pem holds no private key in PEM, or one with a password"),
        (
            ("--tls-cert", "own.pem", "--tls-key", "hidden.key"),
            "hidden.key holds no private key in PEM, or one with a password",
        ),
        (
            ("--tls-cert", "own.pem", "--tls-key", "other.key"),
            "the key in other.key does not belong to the certificate in own.pem",
        ),
        (("--tls-key", "own.key"), "--tls-key requires --tls-cert"),
        (("--tls-self-signed", "--tls-cert", "own.pem"), "--tls-self-signed cannot be combined with --tls-cert"),
    ],
)
def test_invalid_files_and_options_are_reported_on_one_line(
    files: Files,
    options: tuple[str, ...],
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(files.folder)
    assert main(["serve", "--port", "0", *options]) == 2
    assert capsys.readouterr() == ("", f"mockgms: {line}\n")


def test_a_self_signed_certificate_requires_trustme(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "trustme", None)
    assert main(["serve", "--port", "0", "--tls-self-signed"]) == 2
    missing = "--tls-self-signed needs the package trustme, which is not installed: pip install trustme"
    assert capsys.readouterr() == ("", f"mockgms: {missing}\n")


@pytest.mark.parametrize("host", ["", "my_host", "a" * 64, "::", "fe80::1%lo"])
def test_a_name_that_no_certificate_can_have_is_left_out(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "host_of_mine")
    assert self_signed_identity(host).authority is not None


def test_a_self_signed_certificate_requires_a_folder_for_temporary_files(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    assert main(["serve", "--port", "0", "--tls-self-signed"]) == 2
    missing = "has to write a temporary file; set TMPDIR to a writable folder: No such file or directory"
    assert capsys.readouterr() == ("", f"mockgms: --tls-self-signed {missing}\n")


def test_the_temporary_file_of_a_certificate_is_removed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    self_signed_identity("localhost")
    assert list(tmp_path.iterdir()) == []


async def test_faults_of_the_connection_work_with_https(limits: ConnectionLimits) -> None:
    catalog = Catalog()
    context, authority = self_signed_identity(ANY_HOST)
    assert authority is not None
    runner, port = await listen(assemble(catalog.named("default"), catalog), "127.0.0.1", 0, context, limits)
    trusting = ssl.create_default_context(cadata=authority.decode())
    reader, writer = await asyncio.open_connection("localhost", port, ssl=trusting)
    writer.write(b"GET /callbacks/open-for/sales HTTP/1.1\r\nHost: localhost\r\nX-Mockgms-Fault: disconnect\r\n\r\n")
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()
    reader, writer = await asyncio.open_connection("localhost", port, ssl=trusting)
    writer.write(b"GET /callbacks/open-for/sales HTTP/1.1\r\nHost: localhost\r\nX-Mockgms-Fault: hang\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    await runner.stop()
