"""The command `mockgms` in the process of the test."""

import pytest

from mockgms.cli import main


def run_command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run the command, and return its status, output and errors."""
    status = main(arguments)
    return (status, *capsys.readouterr())
