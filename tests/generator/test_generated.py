"""The documentation that is shipped, compared with the code that it is generated from."""

import subprocess
import sys

import pytest

from generator.generate import generate
from mockgms.scenario import kept_document
from mockgms.ui.documentation import DOCUMENT, PAGE, read_generated


@pytest.fixture(scope="module")
def generated() -> dict[str, bytes]:
    return generate()


@pytest.mark.slow
@pytest.mark.parametrize("name", [DOCUMENT, PAGE, kept_document.FILE.name])
def test_a_shipped_file_is_what_the_code_generates(name: str, generated: dict[str, bytes]) -> None:
    assert read_generated(name) == generated[name], f"{name} is out of date: run scripts/generate"


@pytest.mark.slow
def test_the_server_does_not_import_the_generator() -> None:
    program = (
        "import sys, mockgms.app, mockgms.cli; print([name for name in sys.modules if name.startswith('generator')])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
