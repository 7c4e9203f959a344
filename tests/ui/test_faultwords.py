"""The faults that the start page writes, and its sentences about them, without a browser."""

import json
import shutil
import subprocess
from typing import Any

import pytest

from tests.docs.markdown import ROOT

PAGES = ROOT / "mockgms" / "ui" / "static"
SCRIPT = """
const { sentenceOf, writtenFault } = await import(process.argv[1]);
const { FAULTS } = await import(process.argv[2]);
const fault = FAULTS.find(({ id }) => id === process.argv[3]);
const values = JSON.parse(process.argv[4]);
process.stdout.write(JSON.stringify([writtenFault(fault, values), sentenceOf(fault, values)]));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
@pytest.mark.parametrize(
    ("fault", "values", "written", "sentence"),
    [
        ("rival", {"seats": "02"}, {"seats": 2}, "meets rivals who take 2 of the slot's seats just before"),
        ("set_state", {"name": "02", "clear": "true"}, {"name": "02", "clear": True}, "clears the state 02"),
        ("set_state", {"name": "toString"}, {"name": "toString"}, "sets the state toString"),
        (
            "throttle",
            {"retry_after": "constructor"},
            {"retry_after": "constructor"},
            "is refused with 429 and Retry-After constructor",
        ),
    ],
)
def test_a_value_is_written_as_a_number_or_a_truth_value_only_if_it_is_one(
    fault: str, values: dict[str, str], written: dict[str, Any], sentence: str
) -> None:
    modules = [(PAGES / name).as_uri() for name in ("faultwords.js", "faults.js")]
    command = ["node", "--input-type=module", "-e", SCRIPT, *modules, fault, json.dumps(values)]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert json.loads(found) == [{"fault": fault, **written}, sentence]
