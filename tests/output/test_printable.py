"""Text that is printed for people shows each character, in every encoding of the output."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mockgms.output.printable import survive_encodings, visible, visible_lines

MOCKGMS = [sys.executable, "-m", "mockgms"]
LONGEST = 30  # seconds that a command may take on a busy machine


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Grüße, 日本 🙂 a\\b", "Grüße, 日本 🙂 a\\b"),
        ("\x1b]52;c;cm0=\x07", r"\x1b]52;c;cm0=\x07"),
        ("a\r\n\tb\0\x7f", r"a\r\n\tb\x00\x7f"),
        ("\x85\x9b\u2028\u2029", r"\x85\x9b\u2028\u2029"),
        ("\u200e\u200f\u202a\u202e\u2066\u2069\u061c", r"\u200e\u200f\u202a\u202e\u2066\u2069\u061c"),
        ("\u200b\u200d\u00ad\ufeff\u2060", r"\u200b\u200d\xad\ufeff\u2060"),
        ("\udce9\ud800", r"\udce9\ud800"),
        ("\U000e0041\U000f0000", r"\U000e0041\U000f0000"),
    ],
)
def test_invisible_characters_are_shown_as_escapes(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert visible(shown) == shown


@pytest.mark.slow
def test_every_character_of_unicode_can_be_printed_on_one_line() -> None:
    assert visible("".join(map(chr, range(0x110000)))).isprintable()


def test_the_line_feeds_of_several_lines_are_kept() -> None:
    assert visible_lines("a\x1b\nb\r\n") == "a\\x1b\nb\\r\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_a_stream_escapes_characters_that_its_encoding_lacks(encoding: str) -> None:
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding)
    survive_encodings(stream, None)
    stream.write("ü → \u20ac")
    stream.flush()
    assert written.getvalue() in ("ü → €".encode(), "ü → €".encode(encoding, "backslashreplace"))


@pytest.fixture
def scenarios(tmp_path: Path) -> Path:
    """A folder with a scenario whose description needs Unicode, and has a line break."""
    (tmp_path / "odd.yaml").write_text('description: "→ \\e[31m\\n日本"\n', encoding="utf-8")
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "utf-8"])
def test_each_scenario_is_listed_on_one_line_in_every_encoding(scenarios: Path, encoding: str) -> None:
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    command = [*MOCKGMS, "scenarios", "--scenarios", str(scenarios)]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=LONGEST, check=False)
    [line] = [line for line in done.stdout.decode(encoding).splitlines() if line.startswith("odd")]
    shown = r"→ \x1b[31m\n日本".encode(encoding, "backslashreplace").decode(encoding)
    assert (line.split("  ")[-1].strip(), done.returncode, done.stderr) == (shown, 0, b"")


@pytest.mark.slow
def test_a_file_with_control_characters_in_its_name_is_checked(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/a\x1b\n\xff.yaml"
    done = subprocess.run([*MOCKGMS, "check", name], capture_output=True, timeout=LONGEST, check=False)
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1
    assert r"/a\x1b\n\udcff.yaml: " in done.stderr.decode()


@pytest.mark.slow
def test_a_mistake_in_the_arguments_is_shown_on_one_line() -> None:
    done = subprocess.run([*MOCKGMS, "scenarios", "\x1b\n"], capture_output=True, timeout=LONGEST, check=False)
    assert done.stderr.decode().splitlines()[-1] == r"mockgms: error: unrecognized arguments: \x1b\n"


@pytest.mark.slow
def test_a_closed_pipe_ends_the_command_without_a_message() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([*MOCKGMS, "scenarios"], stdout=writing, stderr=subprocess.PIPE, timeout=LONGEST, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.slow
def test_a_full_disk_is_reported_on_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*MOCKGMS, "scenarios"], stdout=full, stderr=subprocess.PIPE, timeout=LONGEST, check=False
        )
    assert (done.returncode, done.stderr) == (1, b"mockgms: cannot continue: No space left on device\n")


@pytest.mark.slow
def test_a_command_succeeds_without_stdout() -> None:
    command = 'exec "$0" -m mockgms scenarios >&-'
    done = subprocess.run(
        ["/bin/sh", "-c", command, sys.executable], stderr=subprocess.PIPE, timeout=LONGEST, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.slow
def test_the_schema_can_be_printed_in_every_encoding() -> None:
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run([*MOCKGMS, "schema"], env=environment, capture_output=True, timeout=LONGEST, check=False)
    assert json.loads(done.stdout)["title"]
