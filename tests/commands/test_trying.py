"""The command `mockgms try`, and the examples that `mockgms check` runs."""

from pathlib import Path

import pytest

from mockgms.cli import main

BOOK = "request: POST /engagement/v3/callbacks/create, fields: {serviceName: sales, phoneNumber: '+14155550100'}"
FILE = f"""
description: The second attempt fails, and a third hangs.
clock: {{now: 2026-03-02T08:55:00Z}}
rules:
  - name: second
    when: {{operation: schedule}}
    skip: 1
    times: 1
    then: [{{fault: delay, by: 1h}}, {{fault: server_error}}]
  - {{name: third, when: {{operation: schedule}}, skip: 1, times: 1, then: {{fault: hang}}}}
  - {{name: closed, when: {{operation: cancel}}, then: {{fault: disconnect}}}}
examples:
  - name: One customer
    steps:
      - {{{BOOK}, expect: {{status: 200, rule: none}}}}
      - {{{BOOK}, advance: 5m, expect: {{status: 500, rule: second, fault: delay}}}}
      - {{{BOOK}, expect: {{status: none}}}}
  - name: A new session
    steps:
      - {{{BOOK}, expect: {{status: 200}}}}
      - request: DELETE /genesys/1/service/callback/sales/x
        headers: {{x: y}}
        expect: {{status: none, fault: disconnect}}
"""
WRONG = """
description: x
extends: own.yaml
examples:
  - name: Wrong
    steps:
      - {request: GET /genesys/1/service/callback/sales/availability, expect: {status: 500, rule: second, fault: delay}}
      - {request: GET sales}
      - {request: FETCH /x}
      - {request: GET /__admin/clock}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "own.yaml").write_text(FILE)
    (tmp_path / "wrong.yaml").write_text(WRONG)
    return tmp_path / "own.yaml"


def test_each_request_is_shown_with_its_outcome(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["try", str(file)]) == 0
    out, err = capsys.readouterr()
    book = "POST /engagement/v3/callbacks/create"
    assert err == ""
    assert out.splitlines() == [
        f"{file}: One customer",
        f"  ok    {book} -> 200",
        f"  ok    {book} -> 500 [second: delay, server_error]",
        f"  ok    {book} -> no answer [third: hang]",
        f"{file}: A new session",
        f"  ok    {book} -> 200",
        "  ok    DELETE /genesys/1/service/callback/sales/x -> no answer [closed: disconnect]",
        "5 of 5 requests met what was expected",
    ]


def test_an_unexpected_outcome_is_explained(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["try", str(file), str(file.with_name("wrong.yaml"))]) == 1
    lines = capsys.readouterr().out.splitlines()
    lines = lines[lines.index("5 of 5 requests met what was expected") + 1 :]
    assert lines[0] == f"{file.with_name('wrong.yaml')}: Wrong"
    assert lines[1].startswith("  FAIL  GET /genesys/1/service/callback/sales/availability -> 200")
    assert lines[2:5] == [
        "        expected status 500, but it is 200",
        "        expected rule second, but it is none",
        "        expected fault delay, but it is none",
    ]
    assert lines[5].startswith("        Would be answered with 200. Rule second did not match: ")
    assert "  FAIL  GET sales -> not sent" in lines
    assert "        path must begin with a /" in lines
    assert "        path is not a path of the mocked API" in lines
    assert any(line.startswith("        request cannot be read: Invalid enum value 'FETCH'") for line in lines)
    assert lines[-1] == "0 of 4 requests met what was expected"


def test_check_runs_the_examples(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(file)]) == 0
    assert main(["check", str(file.with_name("wrong.yaml"))]) == 1
    first = f"{file.with_name('wrong.yaml')}: the example `Wrong`, step 1: expected status 500, but it is 200"
    assert capsys.readouterr().err.splitlines()[0] == first


def test_examples_of_a_parent_do_not_count(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    child = file.with_name("child.yaml")
    child.write_text("description: x\nextends: own.yaml\n")
    assert main(["try", str(child)]) == 1
    none = f"mockgms: {child}: has no `examples`: add some, or run `mockgms check`\n"
    assert capsys.readouterr() == ("", none)


def test_a_file_with_mistakes_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "own.yaml").write_text("description: x\nexamples: [{name: x, steps: []}]\n")
    assert main(["try", str(tmp_path / "own.yaml")]) == 1
    mistake = f"{tmp_path / 'own.yaml'}:2:29: `steps` takes at least one entry\n"
    assert capsys.readouterr() == ("", mistake)
