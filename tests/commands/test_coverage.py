import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from xml.etree import ElementTree as ET

import pytest

from mockgms.cli import main
from mockgms.client import Client
from mockgms.commands.junit import render_junit
from tests.commands.conftest import Run

TABLE = """\
rule    scenario  state            matches  firings
gold    monday    {gold:15}  {times}        {times}
every   monday    never reached    0        0
shadow  monday    hidden by every  0        0

{sum}
"""
FIRED = TABLE.format(gold="fired", times=1, sum="1 of 3 rules fired: 33.3 %")
NONE = TABLE.format(gold="never reached", times=0, sum="0 of 3 rules fired: 0.0 %")


def trigger_gold(mock: Client) -> None:
    """Send a request on which the rule `gold` fires."""
    fields = {"serviceName": "sales", "phoneNumber": "+14155550123", "userData": {"level": "gold"}}
    request = Request(f"{mock.v3_url}/create", json.dumps(fields).encode(), {"Content-Type": "application/json"})  # noqa: S310
    with pytest.raises(HTTPError) as refused:
        urlopen(request)  # noqa: S310  # http, of the fixture
    assert refused.value.code == 429
    refused.value.close()


def test_rules_are_listed_with_their_state_and_counts(run: Run, mock: Client) -> None:
    trigger_gold(mock)
    assert run("coverage") == (0, FIRED, "")


def test_coverage_is_that_of_all_sessions_even_forgotten_ones_unless_one_is_named(run: Run, mock: Client) -> None:
    session = mock.new_session()
    trigger_gold(session)
    session.forget()
    assert run("coverage") == (0, FIRED, "")
    assert run("coverage", "--session", "default") == (0, NONE, "")


def test_coverage_below_fail_under_is_a_failure(run: Run, mock: Client) -> None:
    trigger_gold(mock)
    assert run("coverage", "--fail-under", "33.3") == (0, FIRED, "")
    message = "mockgms: 33.3 % of the rules fired, fewer than 50 %\n"
    assert run("coverage", "--fail-under", "50") == (1, FIRED, message)


def test_inherited_and_magic_number_rules_can_be_omitted(run: Run, mock: Client) -> None:
    own = {"name": "own", "then": {"fault": "hang"}}
    magic = own | {"name": "magic-mine"}
    mock.use({"description": "x", "extends": "default", "rules": [own, magic]})
    inherited = {rule["name"]: rule["inherited"] for rule in mock.coverage()["rules"]}
    assert (inherited.pop("own"), inherited.pop("magic-mine"), set(inherited.values())) == (False, False, {True})
    for command in ("coverage", "--session", "default"), ("ctl", "coverage", "--session", "default"):
        status, out, err = run(*command, "--own")
        assert (status, err) == (0, "")
        assert out.splitlines()[1:] == ["own   <body>    never reached  0        0", "", "0 of 1 rules fired: 0.0 %"]
    assert run("coverage", "--session", "default", "--own", "--fail-under", "1")[0] == 1


def test_coverage_without_rules_succeeds(run: Run, mock: Client) -> None:
    mock.new_session("two", scenario="description: No rules.")
    assert run("coverage", "--session", "two", "--fail-under", "100") == (
        0,
        "0 of 0 rules fired: 100.0 % (there are no rules)\n",
        "",
    )


def cases(report: Path) -> list[tuple[str | None, ...]]:
    suites = ET.parse(report).getroot()  # noqa: S314  # our own
    found = []
    for case in suites.iter("testcase"):
        why = [(each.tag, each.get("message")) for each in case]
        found.append((case.get("classname"), case.get("name"), *(why[0] if why else ())))
    counts = {name: suites.get(name) for name in ("tests", "failures", "skipped", "errors")}
    tags = [tag for case in found for tag in case[2:3]]
    assert counts == {
        "tests": str(len(found)),
        "failures": str(tags.count("failure")),
        "skipped": str(tags.count("skipped")),
        "errors": "0",
    }
    return found


def test_a_junit_report_has_a_test_case_for_each_rule(run: Run, mock: Client, tmp_path: Path) -> None:
    trigger_gold(mock)
    report = tmp_path / "coverage.xml"
    assert run("coverage", "--junit", str(report)) == (0, FIRED, "")
    gold = ("mockgms.monday", "gold")
    every = ("mockgms.monday", "every", "skipped", "no request reached it")
    shadow = ("mockgms.monday", "shadow", "skipped", "the earlier rule every matches all of its requests")
    assert cases(report) == [gold, every, shadow]
    assert run("coverage", "--fail-under", "50", "--junit", str(report))[0] == 1
    assert cases(report) == [gold, *((*case[:2], "failure", case[3]) for case in (every, shadow))]


def test_an_armed_rule_has_its_own_class_name_in_the_report(run: Run, mock: Client, tmp_path: Path) -> None:
    mock.arm("hang", when={"phone": "+1555*"})
    report = tmp_path / "coverage.xml"
    run("coverage", "--session", "default", "--junit", str(report))
    assert ("mockgms.armed", "hang", "skipped", "no request reached it") in cases(report)


def test_a_report_that_cannot_be_written_is_a_one_line_error(run: Run, tmp_path: Path) -> None:
    status, out, err = run("coverage", "--junit", str(tmp_path / "none" / "coverage.xml"))
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err == f"mockgms: {tmp_path / 'none' / 'coverage.xml'}: No such file or directory\n"


@pytest.mark.parametrize(
    "content", ["notes\n", "<?xml version='1.0' encoding='utf-8'?>\n<coverage/>", '<testsuites name="mockgms"/>']
)
def test_a_file_that_is_not_a_report_of_mockgms_is_not_replaced(run: Run, tmp_path: Path, content: str) -> None:
    file = tmp_path / "coverage.xml"
    file.write_text(content)
    message = f"mockgms: {file} exists and is not a report of mockgms; delete it, or choose another file\n"
    assert run("coverage", "--junit", str(file)) == (2, "", message)
    assert file.read_text() == content


def test_an_empty_file_can_be_replaced_by_a_report(run: Run, tmp_path: Path) -> None:
    (tmp_path / "report").touch()
    run("coverage", "--junit", str(tmp_path / "report"))
    assert len(cases(tmp_path / "report")) == 3


def test_a_report_can_be_written_to_a_pipe(run: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with ThreadPoolExecutor() as pool:
        reading = pool.submit((tmp_path / "pipe").read_bytes)
        run("coverage", "--junit", str(tmp_path / "pipe"))
        (tmp_path / "report").write_bytes(reading.result())
    assert len(cases(tmp_path / "report")) == 3


@pytest.mark.parametrize("percent", ["x", "-1", "101", "nan"])
def test_fail_under_must_be_a_percentage(capsys: pytest.CaptureFixture[str], percent: str) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["coverage", f"--fail-under={percent}"])
    assert exited.value.code == 2
    assert f"{percent!r} is not a number from 0 to 100" in capsys.readouterr().err


def test_control_characters_of_rule_names_are_escaped_in_a_report(run: Run, mock: Client, tmp_path: Path) -> None:
    report = {
        "total": 1,
        "fired": 0,
        "percent": 0.0,
        "rules": [{"name": "a\x1b\ufffe", "scenario": "s\0", "state": "hidden", "hidden_by": "b\x07"}],
    }
    [case] = ET.fromstring(render_junit(report, failed=False)).iter("testcase")  # noqa: S314  # our own
    [skipped] = case
    assert (case.get("name"), case.get("classname")) == (r"a\x1b\ufffe", r"mockgms.s\x00")
    assert skipped.get("message") == r"the earlier rule b\x07 matches all of its requests"
