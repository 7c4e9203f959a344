"""The JUnit XML report of the coverage, with one test case for each rule."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mockgms.output.printable import visible

_REPORT: Final = re.compile(rb"<\?xml[^>]*\?>\s*<testsuites [^>]*name=\"mockgms\"")
_HEAD_SIZE: Final = 1024  # bytes at the start of a file, enough to recognize a report of mockgms
_REASONS: Final = {
    "matched": "matched, but never fired",
    "never_reached": "no request reached it",
    "hidden": "the earlier rule {hidden_by} matches all of its requests",
}


def render_junit(coverage: Mapping[str, Any], *, failed: bool) -> bytes:
    """Return the report. Rules that never fired are skipped test cases, or failures if the coverage `failed`."""
    missed = str(coverage["total"] - coverage["fired"])
    counts = {
        "tests": str(coverage["total"]),
        "failures": missed if failed else "0",
        "errors": "0",
        "skipped": "0" if failed else missed,
        "time": "0",
    }
    suites = Element("testsuites", name="mockgms", attrib=counts)
    suite = SubElement(suites, "testsuite", name="mockgms coverage", attrib=counts)
    for rule in coverage["rules"]:
        case = SubElement(suite, "testcase", name=visible(rule["name"]), classname=visible(_class(rule)), time="0")
        if rule["state"] != "fired":
            SubElement(
                case, "failure" if failed else "skipped", message=visible(_REASONS[rule["state"]].format(**rule))
            )
    indent(suites)
    report: bytes = tostring(suites, encoding="utf-8", xml_declaration=True)
    return report + b"\n"


def write_report(path: Path, report: bytes) -> None:
    """Write the report to a new file, an empty file, an earlier report of mockgms, a pipe or a device.

    Raises FileExistsError for any other file, and OSError if the report cannot be written.
    """
    if path.is_file():
        with path.open("rb") as file:
            head = file.read(_HEAD_SIZE)
        if head and not _REPORT.match(head):
            raise FileExistsError(f"{path} exists and is not a report of mockgms; delete it, or choose another file")
    path.write_bytes(report)


def _class(rule: Mapping[str, Any]) -> str:
    return f"mockgms.{rule['scenario'] or 'armed'}"
