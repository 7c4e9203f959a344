"""Where the server listens: which addresses a host means, and the same port on each of them."""

import errno
import socket
from pathlib import Path
from typing import Any

import pytest

from mockgms.cli import main
from mockgms.server.listening import CannotListen, Host, bind_all, find_host
from tests.served import Served, served

EVERY = "0.0.0.0"  # noqa: S104  # what is tested
LOOPBACKS = ("127.0.0.1", "::1")

needs_ipv6 = pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")


def bound_at(host: Host, port: int = 0) -> list[tuple[str, int]]:
    """Bind the sockets of a host, close them, and return where they were bound."""
    bound = bind_all(host, port)
    where = [each.getsockname()[:2] for each in bound]
    for each in bound:
        each.close()
    return where


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Names that the system's resolver knows, with their addresses."""
    known: dict[str, list[str]] = {}
    resolve = socket.getaddrinfo

    def getaddrinfo(host: str, port: int | None, *arguments: Any, **settings: Any) -> Any:
        found = known.get(host, [host])
        return [each for address in found for each in resolve(address, port, *arguments, **settings)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return known


@pytest.mark.parametrize(
    ("name", "addresses", "is_local", "reachable"),
    [
        ("localhost", LOOPBACKS, True, "localhost"),
        ("LocalHost", LOOPBACKS, True, "LocalHost"),
        ("127.0.0.1", ("127.0.0.1",), True, "127.0.0.1"),
        ("127.9.8.7", ("127.9.8.7",), True, "127.9.8.7"),
        ("127.1", ("127.0.0.1",), True, "127.1"),
        ("::1", ("::1",), True, "[::1]"),
        (EVERY, (EVERY,), False, "localhost"),
        ("0", (EVERY,), False, "localhost"),
        ("::", (EVERY, "::"), False, "localhost"),
        ("192.0.2.1", ("192.0.2.1",), False, "192.0.2.1"),
        ("2001:db8::1", ("2001:db8::1",), False, "[2001:db8::1]"),
        ("::ffff:127.0.0.1", ("::ffff:127.0.0.1",), True, "[::ffff:127.0.0.1]"),
    ],
)
def test_a_host_has_addresses_is_local_or_not_and_is_reachable_by_a_name(
    name: str, addresses: tuple[str, ...], is_local: bool, reachable: str
) -> None:
    host = find_host(name)
    assert (host.addresses, host.is_local, host.reachable) == (addresses, is_local, reachable)


@pytest.mark.parametrize(
    ("found", "is_local"),
    [
        (["127.0.0.1"], True),
        (["::1", "127.0.0.1"], True),
        (["127.0.1.1", "127.0.1.1"], True),
        (["127.0.0.1", "192.0.2.1"], False),
        (["192.0.2.1"], False),
    ],
)
def test_a_name_stands_for_all_its_addresses_and_is_local_if_they_are(
    found: list[str],
    is_local: bool,
    names: dict[str, list[str]],
) -> None:
    names["mock.test"] = found
    host = find_host("mock.test")
    assert (host.addresses, host.is_local) == (tuple(dict.fromkeys(found)), is_local)


@pytest.mark.parametrize("name", ["nowhere.invalid", "a..b", "x" * 300, "a b", "a\0b"])
def test_a_name_without_an_address_is_refused(name: str) -> None:
    with pytest.raises(CannotListen) as refused:
        find_host(name)
    assert str(refused.value).startswith(f"no address is known for {name}: ")
    assert str(refused.value).endswith("; choose another with --host")


@needs_ipv6
@pytest.mark.parametrize("host", [Host("localhost", LOOPBACKS), Host("::", (EVERY, "::"))])
def test_a_free_port_is_the_same_on_all_addresses(host: Host) -> None:
    where = bound_at(host)
    assert [address for address, _ in where] == list(host.addresses)
    assert len({port for _, port in where}) == 1


@needs_ipv6
def test_a_free_port_that_is_taken_on_another_address_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    bind, tries = socket.socket.bind, []

    def bind_first_elsewhere(self: socket.socket, where: Any) -> None:
        tries.append(where[1])
        if self.family == socket.AF_INET6 and len(tries) == 2:
            raise OSError(errno.EADDRINUSE, "Address already in use")
        bind(self, where)

    monkeypatch.setattr(socket.socket, "bind", bind_first_elsewhere)
    where = bound_at(Host("localhost", LOOPBACKS))
    assert ([address for address, _ in where], tries[2]) == (list(LOOPBACKS), 0)


@needs_ipv6
@pytest.mark.parametrize("taken", LOOPBACKS)
def test_a_port_that_is_taken_on_one_of_the_addresses_is_taken(taken: str) -> None:
    family = socket.AF_INET6 if ":" in taken else socket.AF_INET
    with socket.create_server((taken, 0), family=family) as other:
        port = other.getsockname()[1]
        with pytest.raises(CannotListen, match=f"^port {port} is taken; choose another with --port, or --port 0 "):
            bind_all(find_host("localhost"), port)


@pytest.mark.parametrize("number", [errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL])
@pytest.mark.parametrize("name", ["localhost", "::"])
def test_without_ipv6_the_server_listens_on_ipv4_only(name: str, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    make = socket.socket

    class OnlyIPv4(make):  # type: ignore[misc,valid-type]
        def __init__(self, family: int = -1, *arguments: Any, **settings: Any) -> None:
            if family == socket.AF_INET6:
                raise OSError(number, "no IPv6 here")
            super().__init__(family, *arguments, **settings)

    monkeypatch.setattr(socket, "socket", OnlyIPv4)
    [(address, _)] = bound_at(find_host(name))
    assert address == find_host(name).addresses[0]


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(CannotListen) as refused:
        bind_all(find_host("192.0.2.1"), 0)
    assert str(refused.value) == (
        "cannot listen at 192.0.2.1, port 0: Cannot assign requested address; choose another with --host"
    )


def test_a_port_that_requires_permission_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def bind(_: socket.socket, __: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", bind)
    with pytest.raises(CannotListen) as refused:
        bind_all(find_host("localhost"), 80)
    assert str(refused.value) == "cannot listen at localhost, port 80: Permission denied; choose another with --port"


def answers(server: Served, *hosts: str) -> list[int | None]:
    """Return the status of the health at each address, None where nothing listens."""
    statuses: list[int | None] = []
    for host in hosts:
        try:
            statuses.append(server.health(host))
        except OSError:
            statuses.append(None)
    return statuses


@pytest.mark.unmeasured
@pytest.mark.slow
@needs_ipv6
@pytest.mark.parametrize(
    ("options", "name", "statuses", "notice"),
    [
        ((), "localhost", [200, 200], ""),
        (("--host", "127.0.0.1"), "127.0.0.1", [200, None], ""),
        (("--host", "::1"), "[::1]", [None, 200], ""),
        (("--host", EVERY), "localhost", [200, None], f"because others can reach {EVERY}"),
        (("--host", "::"), "localhost", [200, 200], "because others can reach ::"),
    ],
)
def test_the_server_answers_at_each_address_of_its_host(
    options: tuple[str, ...], name: str, statuses: list[int | None], notice: str, tmp_path: Path
) -> None:
    with served(tmp_path, *options) as server:
        assert server.url == f"http://{name}:{server.port}"
        assert answers(server, *LOOPBACKS) == statuses
        assert server.logged() == "" if not notice else notice in server.logged()


@pytest.mark.slow
@needs_ipv6
@pytest.mark.parametrize("host", [*LOOPBACKS, "localhost", "::"])
def test_the_command_health_finds_the_server_at_either_loopback(
    host: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with served(tmp_path, "--host", host) as server:
        assert main(["health", "--port", str(server.port)]) == 0
        assert capsys.readouterr() == ("ok\n", "")


@pytest.mark.unmeasured
@pytest.mark.slow
@needs_ipv6
@pytest.mark.parametrize("name", LOOPBACKS)
def test_a_server_with_https_answers_at_both_loopbacks(name: str, tmp_path: Path) -> None:
    with served(tmp_path, "--tls-self-signed") as server:
        assert main(["health", "--host", name, "--port", str(server.port)]) == 0
