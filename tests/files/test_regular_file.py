"""Reading files: only regular files are read, and only up to a limit."""

import os
import socket
from pathlib import Path

import pytest

from mockgms.files.regular_file import read_file


def reason(file: Path) -> str | None:
    with pytest.raises(OSError, match=r"\S") as caught:
        read_file(file, 100)
    assert str(caught.value).endswith(f"'{file}'")
    return caught.value.strerror


def not_a_file(what: str) -> str:
    return f"Is {what}, not a regular file: save its contents to a regular file"


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x" * 200_000)
    assert read_file(tmp_path / "x", 200_000) == b"x" * 200_000


def test_one_byte_more_than_the_limit_is_read_of_a_larger_file(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x" * 200_000)
    assert read_file(tmp_path / "x", 100) == b"x" * 101


def test_a_file_with_a_false_size_is_read() -> None:
    file = Path("/proc/self/status")
    assert file.stat().st_size == 0
    assert read_file(file, 100_000).startswith(b"Name:")


def test_a_pipe_without_a_writer_is_refused(pipe: Path) -> None:
    assert reason(pipe) == not_a_file("a pipe")


def test_a_device_is_refused(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("/dev/zero")
    assert reason(link) == not_a_file("a device")


def test_a_socket_is_refused(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "x"))
        assert reason(tmp_path / "x") == not_a_file("a socket")


def test_a_directory_is_refused(tmp_path: Path) -> None:
    assert reason(tmp_path) == "Is a directory"


def test_a_file_that_becomes_a_pipe_just_before_it_is_opened_is_refused(tmp_path: Path) -> None:
    """Replace a regular file by a pipe between `stat` and `open`."""

    class Changing(type(tmp_path)):  # type: ignore[misc]  # Path itself cannot be derived from in Python 3.11
        def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
            status: os.stat_result = super().stat(follow_symlinks=follow_symlinks)
            self.unlink()
            os.mkfifo(self)
            return status

    (tmp_path / "x").write_text("x")
    assert reason(Changing(tmp_path / "x")) == not_a_file("a pipe")
