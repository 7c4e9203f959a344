"""The command for curl into which the journal turns a request."""

import json
import shutil
import subprocess

import pytest

from tests.docs.markdown import ROOT

SCRIPT = """
const { curlOf } = await import(process.argv[1]);
process.stdout.write(curlOf({ request: JSON.parse(process.argv[2]) }, 'http://mock'));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
@pytest.mark.parametrize(
    ("method", "line"),
    [("GET", ""), ("PUT", "  -X PUT \\\n"), ("`id`", "  -X '`id`' \\\n"), ("$'", "  -X '$'\\''' \\\n")],
)
def test_a_shell_finds_no_command_in_a_copied_method(method: str, line: str) -> None:
    request = {"method": method, "path": "/x", "query": "", "headers": {}, "body": ""}
    module = (ROOT / "mockgms" / "ui" / "static" / "curl.js").as_uri()
    command = ["node", "--input-type=module", "-e", SCRIPT, module, json.dumps(request)]
    copied = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert copied == f"curl -i \\\n{line}  'http://mock/x'"
