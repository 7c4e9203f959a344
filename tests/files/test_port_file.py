"""The port file: which files it replaces and deletes."""

import os
import socket
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from mockgms.files.port_file import PortFile, PortFileError
from tests.served import ran, served
from tests.waiting import LONGEST

REFUSED = (
    "cannot write the port file {}: it exists and is not a port file that mockgms wrote;"
    " delete it, or choose another path"
)


def make_text(path: Path) -> None:
    path.write_text("notes\n")


def make_empty(path: Path) -> None:
    path.touch()


def make_number_without_newline(path: Path) -> None:
    path.write_text("8080")


def make_two_lines(path: Path) -> None:
    path.write_text("8080\n8081\n")


def make_long_number(path: Path) -> None:
    path.write_text("123456\n")


def make_folder(path: Path) -> None:
    path.mkdir()


def make_link_to_text(path: Path) -> None:
    path.with_name("notes").write_text("notes\n")
    path.symlink_to("notes")


def make_link_to_port_file(path: Path) -> None:
    path.with_name("other").write_text("8080\n")
    path.symlink_to("other")


def make_broken_link(path: Path) -> None:
    path.symlink_to("nowhere")


def make_fifo(path: Path) -> None:
    os.mkfifo(path)


def make_unix_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path))


def state_of(folder: Path) -> dict[str, object]:
    """Return all entries of a folder without following links."""
    found: dict[str, object] = {}
    for path in folder.iterdir():
        mode = path.lstat().st_mode
        found[path.name] = (
            path.readlink() if path.is_symlink() else path.read_bytes() if stat.S_ISREG(mode) else stat.S_IFMT(mode)
        )
    return found


@pytest.mark.parametrize(
    "make",
    [
        make_text,
        make_empty,
        make_number_without_newline,
        make_two_lines,
        make_long_number,
        make_folder,
        make_link_to_text,
        make_link_to_port_file,
        make_broken_link,
        make_fifo,
        make_unix_socket,
    ],
)
def test_anything_but_an_old_port_file_is_refused_and_not_changed(make: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "port"
    make(path)
    before = state_of(tmp_path)
    with pytest.raises(PortFileError) as refused:
        PortFile.write(path, 8080)
    assert str(refused.value) == REFUSED.format(path)
    assert state_of(tmp_path) == before


def test_a_device_is_refused_and_not_changed() -> None:
    with pytest.raises(PortFileError) as refused:
        PortFile.write(Path(os.devnull), 8080)
    assert str(refused.value) == REFUSED.format(os.devnull)
    assert stat.S_ISCHR(Path(os.devnull).lstat().st_mode)


@pytest.mark.parametrize("path", [".", "..", "/"])
def test_a_folder_without_a_name_is_refused(path: str) -> None:
    with pytest.raises(PortFileError, match="it exists and is not a port file"):
        PortFile.write(Path(path), 8080)


@pytest.mark.parametrize(
    ("path", "why"),
    [("nowhere/port", "No such file or directory"), ("x" * 300, "File name too long"), ("a\0b", "null")],
)
def test_a_path_that_cannot_be_written_is_refused_with_the_reason(path: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(PortFileError, match=why):
        PortFile.write(tmp_path / path, 8080)
    assert state_of(tmp_path) == {}


def test_a_port_file_of_an_earlier_server_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "port").write_text("80\n")
    PortFile.write(tmp_path / "port", 65535)
    assert state_of(tmp_path) == {"port": b"65535\n"}


def test_the_permissions_of_a_port_file_follow_the_umask(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        PortFile.write(tmp_path / "port", 8080)
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "port").stat().st_mode) == 0o640


def test_removing_a_port_file_deletes_it(tmp_path: Path) -> None:
    PortFile.write(tmp_path / "port", 8080).remove()
    assert state_of(tmp_path) == {}


def test_removing_a_port_file_keeps_that_of_another_server(tmp_path: Path) -> None:
    first = PortFile.write(tmp_path / "port", 8080)
    (tmp_path / "port").unlink()
    second = PortFile.write(tmp_path / "port", 8080)
    first.remove()
    assert state_of(tmp_path) == {"port": b"8080\n"}
    second.remove()
    assert state_of(tmp_path) == {}


def test_removing_a_port_file_keeps_a_changed_file(tmp_path: Path) -> None:
    written = PortFile.write(tmp_path / "port", 8080)
    (tmp_path / "port").write_text("8080\nnotes\n")
    written.remove()
    assert state_of(tmp_path) == {"port": b"8080\nnotes\n"}


@pytest.mark.parametrize("make", [make_folder, make_link_to_port_file, make_fifo])
def test_removing_a_port_file_keeps_anything_that_has_replaced_it(make: Callable[[Path], None], tmp_path: Path) -> None:
    written = PortFile.write(tmp_path / "port", 8080)
    (tmp_path / "port").unlink()
    make(tmp_path / "port")
    before = state_of(tmp_path)
    written.remove()
    assert state_of(tmp_path) == before


def test_removing_a_missing_port_file_does_nothing(tmp_path: Path) -> None:
    written = PortFile.write(tmp_path / "port", 8080)
    (tmp_path / "port").unlink()
    written.remove()
    assert state_of(tmp_path) == {}


def test_a_waiting_reader_never_sees_an_empty_port_file(tmp_path: Path) -> None:
    path, seen, over = tmp_path / "port", set(), threading.Event()

    def read() -> None:
        while not over.is_set():
            try:
                seen.add(path.read_bytes())
            except FileNotFoundError:
                continue

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(300):
        PortFile.write(path, 8080).remove()
    PortFile.write(path, 8080)
    while b"8080\n" not in seen:
        pass
    over.set()
    reader.join()
    assert seen == {b"8080\n"}


def test_a_port_file_can_be_written_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    written = PortFile.write(tmp_path / "port", 8080)
    assert state_of(tmp_path) == {"port": b"8080\n"}
    make_text(tmp_path / "notes")
    with pytest.raises(PortFileError):
        PortFile.write(tmp_path / "notes", 8080)
    written.remove()
    assert state_of(tmp_path) == {"notes": b"notes\n"}


def test_a_file_that_appears_while_a_port_file_is_written_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, link = tmp_path / "port", os.link

    def others_first(draft: str, name: str) -> None:
        make_text(path)
        link(draft, name)

    monkeypatch.setattr(os, "link", others_first)
    with pytest.raises(PortFileError) as refused:
        PortFile.write(path, 8080)
    assert str(refused.value) == REFUSED.format(path)
    assert state_of(tmp_path) == {"port": b"notes\n"}


@pytest.mark.slow
def test_the_port_file_of_a_running_server_is_refused_until_the_server_ends(tmp_path: Path) -> None:
    refused = (
        "cannot write the port file port: the server at port {} has written it and still runs;"
        " choose another path, or stop that server"
    )
    with served(tmp_path, "--port-file", "port") as server:
        message = f"mockgms: {refused.format(server.port)}\n"
        assert ran(tmp_path, "serve", "--port", "0", "--port-file", "port") == (2, "", message)
        assert (tmp_path / "port").read_text() == f"{server.port}\n"
        server.process.kill()
        server.process.wait(LONGEST)
        assert (tmp_path / "port").exists()
        with served(tmp_path, "--port-file", "port") as second:
            assert (tmp_path / "port").read_text() == f"{second.port}\n"
    assert not (tmp_path / "port").exists()


def test_a_removed_port_file_is_no_longer_locked(tmp_path: Path) -> None:
    first = PortFile.write(tmp_path / "port", 8080)
    kept = tmp_path / "kept"
    kept.hardlink_to(tmp_path / "port")
    first.remove()
    first.remove()
    PortFile.write(kept, 8081).remove()
