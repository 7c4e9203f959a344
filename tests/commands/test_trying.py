"""The command `mockgms try`, and the examples that `mockgms check` runs."""

from pathlib import Path

import pytest

from mockgms.cli import main
from tests.messages import NO_ENTRY, NO_SLASH

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
  - {{name: lost, when: {{operation: find}}, phase: after, then: {{fault: empty}}}}
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
      - {{request: GET /genesys/1/service/callback/sales, expect: {{status: none, rule: lost}}}}
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
        "  ok    GET /genesys/1/service/callback/sales -> no answer [lost: empty]",
        "6 of 6 requests met what was expected",
    ]


def test_an_unexpected_outcome_is_explained(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["try", str(file), str(file.with_name("wrong.yaml"))]) == 1
    lines = capsys.readouterr().out.splitlines()
    lines = lines[lines.index("6 of 6 requests met what was expected") + 1 :]
    assert lines[0] == f"{file.with_name('wrong.yaml')}: Wrong"
    assert lines[1].startswith("  FAIL  GET /genesys/1/service/callback/sales/availability -> 200")
    assert lines[2:5] == [
        "        expected status 500, but it is 200",
        "        expected rule second, but it is missing",
        "        expected fault delay, but it is missing",
    ]
    assert lines[5].startswith("        Answered with 200. Rule second did not match: ")
    assert "  FAIL  GET sales -> not sent" in lines
    assert f"        {NO_SLASH}" in lines
    assert "        path is one of the admin API: an example sends requests to the mocked API only" in lines
    assert "        method must be DELETE, GET, HEAD, PATCH, POST or PUT, not 'FETCH'" in lines
    assert lines[-1] == "0 of 4 requests met what was expected"


def test_the_examples_of_all_files_in_a_folder_are_run(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stories = file.parent / "stories"
    (stories / "more").mkdir(parents=True)
    step = f"{{{BOOK}, expect: {{rule: busy, fault: throttle}}}}"
    (stories / "base.yaml").write_text("description: x\nrules: [{name: busy, then: throttle}]\n")
    for path, name in (("a.yaml", "A"), ("more/b.yml", "B")):
        text = f"description: x\nextends: base\nexamples: [{{name: {name}, steps: [{step}]}}]\n"
        (stories / path).write_text(text)
    assert main(["try", str(stories)]) == 0
    out, err = capsys.readouterr()
    outcome = (
        "  ok    POST /engagement/v3/callbacks/create -> 429 [busy: throttle]\n1 of 1 requests met what was expected\n"
    )
    assert (out, err) == (f"{stories}/a.yaml: A\n{outcome}{stories}/more/b.yml: B\n{outcome}", "")


@pytest.mark.parametrize("text", [None, "description: x\n"])
def test_a_folder_without_examples_fails(tmp_path: Path, text: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    if text is not None:
        (tmp_path / "base.yaml").write_text(text)
    assert main(["try", str(tmp_path)]) == 1
    assert capsys.readouterr() == ("", f"mockgms: {tmp_path}: no file has `examples`\n")


def test_a_mistake_in_a_file_of_a_folder_does_not_stop_the_others(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (file.parent / "wrong.yaml").write_text("description: [\n")
    assert main(["try", str(file.parent)]) == 1
    out, err = capsys.readouterr()
    assert "6 of 6 requests met what was expected\n" in out
    assert f"{file.parent}/wrong.yaml:" in err


def test_check_runs_the_examples(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(file)]) == 0
    assert main(["check", str(file.with_name("wrong.yaml"))]) == 1
    first = f"{file.with_name('wrong.yaml')}:7:9: the example `Wrong`, step 1: expected status 500, but it is 200"
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == first
    assert (lines[1].startswith("    7 |       - {request: "), lines[2]) == (True, " " * 16 + "^")


def test_examples_of_a_parent_are_not_run(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    child = file.with_name("child.yaml")
    child.write_text("description: x\nextends: own.yaml\n")
    assert main(["try", str(child)]) == 1
    none = f"mockgms: {child}: has no `examples`: add some, or run `mockgms check`\n"
    assert capsys.readouterr() == ("", none)


def test_a_file_with_mistakes_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "own.yaml").write_text("description: x\nexamples: [{name: x, steps: []}]\n")
    assert main(["try", str(tmp_path / "own.yaml")]) == 1
    mistake = f"{tmp_path / 'own.yaml'}:2:29: `steps` {NO_ENTRY}\n"
    assert capsys.readouterr() == ("", mistake)


ANSWERS = """
description: What is expected of answers.
clock: {now: 2026-03-02T09:00:00Z}
rules:
  - {name: page, when: {header: {X-A: page}}, then: {fault: respond, status: 502, body: Bad Gateway}}
  - {name: busy, when: {header: {X-A: busy}}, then: {fault: throttle, retry_after: 90}}
  - {name: reset, when: {header: {X-A: reset}}, then: disconnect}
examples:
  - name: As expected
    steps:
      - request: POST /genesys/1/service/callback/sales
        fields: {_customer_number: "+14155550101", tags: [a]}
        capture: {first: _id, title: _ok_title}
        expect: {body: {_ok_title: Ok, _slot: null}}
      - {request: "GET /genesys/1/service/callback/sales?_customer_number=%2B14155550101", capture: {same: 0._id},
         expect: {body: [{_id: 4537c087-efb5-4404-a623-4023c86cb80f}]}}
      - {request: "DELETE /genesys/1/service/callback/sales/${same}", expect: {status: 200}}
      - {request: GET /genesys/1/service/callback/sales/availability, headers: {X-A: page},
         expect: {status: 502, body: Bad Gateway}}
      - {request: GET /genesys/1/service/callback/sales/availability, headers: {X-A: busy},
         expect: {headers: {retry-after: 90, Content-Type: application/json; charset=utf-8}}}
  - name: Not as expected
    steps:
      - {request: POST /genesys/1/service/callback/sales, fields: {_customer_number: "+14155550101"},
         capture: {id: id, deep: _id.x, tenth: "10"}, expect: {body: {_ok_title: [1], _action: {x: 1}, _text: null}}}
      - {request: "GET /genesys/1/service/callback/sales?_customer_number=%2B14155550101", capture: {tenth: "10"},
         expect: {body: [{_id: x}]}}
      - {request: "GET /genesys/1/service/callback/sales?_customer_number=%2B14155550101", capture: {all: "0"},
         expect: {body: []}}
      - {request: POST /genesys/1/service/callback/sales, fields: {_customer_number: ["${id}"]}}
      - {request: GET /genesys/1/service/callback/sales/availability, headers: {X-A: reset},
         expect: {headers: {Retry-After: 1}, body: {a: 1}}}
"""


def test_values_of_an_answer_can_be_expected_and_captured_for_later_requests(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.yaml").write_text(ANSWERS)
    assert main(["try", str(tmp_path / "own.yaml")]) == 1
    first, _, second = capsys.readouterr().out.partition("Not as expected\n")
    assert first.count("  ok    ") == 5
    stripped = map(str.strip, second.splitlines())
    lines = [line for line in stripped if not line.startswith(("FAIL", "Answered ", "Left "))]
    id = "4537c087-efb5-4404-a623-4023c86cb80f"
    text = "You will receive the call shortly"
    assert lines == [
        "expected body._ok_title [1], but it is Ok",
        'expected body._action {"x":1}, but it is ConfirmationDialog',
        f"expected body._text null, but it is {text}",
        "capture.id finds no value `id` in the answer (there are: _dialog_id, _action, _text, _ok_title, _id)",
        f"expected body.0._id x, but it is {id}",
        "capture.tenth finds no value `10` in the answer (there is a list of 1)",
        lines[6],
        lines[7],
        "request has `${id}`, which no earlier step has captured",
        "expected header Retry-After 1, but it is missing",
        'expected body {"a":1}, but there is no answer',
        "5 of 10 requests met what was expected",
    ]
    assert lines[6].startswith(f'expected body [], but it is [{{"_id":"{id}",')
    assert lines[7].startswith("capture.all finds no value `0` in the answer (there are: _id, ")
    assert (len(lines[6]), lines[6][-3:]) == (len("expected body [], but it is ") + 203, "...")


KINDS = f"""
description: Numbers, true and false are different values, in the form of JSON.
rules: [{{name: as-json, when: {{query: {{a: true-1}}}}, then: server_error}}]
examples:
  - name: What the queue offers
    steps:
      - request: GET /callbacks/queue-status/sales
        capture: {{offered: data.offerImmediateCallback, wait: data.ewt}}
        expect: {{body: {{status: {{code: 0}}, data: {{offerImmediateCallback: true, ewt: -1.0}}}}}}
      - {{request: "GET /callbacks/queue-status/sales?a=${{offered}}${{wait}}", expect: {{rule: as-json}}}}
      - {{request: GET /callbacks/queue-status/sales, expect: {{body: {{status: {{code: false}}}}}}}}
      - {{request: GET /callbacks/queue-status/sales, expect: {{body: {{data: {{offerImmediateCallback: 1}}}}}}}}
      - {{request: GET /genesys/1/service/callback, capture: {{beyond: "{"9" * 5_000}"}}}}
"""


def test_values_are_captured_and_compared_as_those_of_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "own.yaml").write_text(KINDS)
    assert main(["try", str(tmp_path / "own.yaml")]) == 1
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert [line for line in lines if line.startswith(("expected", "capture."))] == [
        "expected body.status.code false, but it is 0",
        "expected body.data.offerImmediateCallback 1, but it is true",
        f"capture.beyond finds no value `{'9' * 5_000}` in the answer (there is a list of 0)",
    ]


MISSING = """
description: A header whose value is `none`, and no header.
rules: [{name: one, then: {fault: respond, headers: {X-A: none}}}]
examples:
  - name: What is missing
    steps:
      - {request: GET /genesys/1/service/callback/sales, expect: {headers: {X-A: a, X-B: b}}}
      - {request: GET /genesys/1/service/callback/sales, expect: {headers: {X-A: none, X-B: none}}}
"""


def test_a_header_with_the_value_none_is_not_a_missing_header(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.yaml").write_text(MISSING)
    assert main(["try", str(tmp_path / "own.yaml")]) == 1
    lines = [line.strip() for line in capsys.readouterr().out.splitlines() if "expected" in line]
    assert lines == [
        "expected header X-A a, but it is none",
        "expected header X-B b, but it is missing",
        "1 of 2 requests met what was expected",
    ]


TIME = """
description: What came before counts, and the calendar changes with time.
clock: {now: 2026-03-02T09:00:00Z}
services:
  sales: {time_bucket: 60, capacity: 1, office_hours: [Mon 09:00-11:00], booked: {share: 0%, days: 1, rate: 4/h}}
rules:
  - {name: second, when: {service: support}, after: {operation: schedule}, times: 1, then: server_error}
  - {name: closed, when: {service: support}, times: 1, then: {fault: close_slots, for: 10m}}
examples:
  - name: Rules with a memory
    steps:
      - &book
        request: POST /genesys/1/service/callback/support
        fields: {_customer_number: "+14155550101", _desired_time: "2026-03-02T10:00:00Z"}
        expect: {status: 400, rule: closed}
      - {<<: *book, expect: {status: 500, rule: second}}
      - {<<: *book, advance: 9m, expect: {status: 400, rule: none}}
      - {<<: *book, advance: 1m, expect: {status: 200}}
  - name: A day that fills up
    steps:
      - &look
        request: GET /genesys/1/service/callback/sales/availability?start=2026-03-02T00:00:00.000Z
        expect: {body: {"2026-03-02T10:00:00.000Z": 1}}
      - {<<: *look, advance: 50m, expect: {status: 400}}
"""


def test_earlier_steps_and_advanced_time_affect_rules_and_the_calendar(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.yaml").write_text(TIME)
    assert main(["try", str(tmp_path / "own.yaml")]) == 0, capsys.readouterr().out


PROPOSED = """
description: The proposed times are the keys of a map.
clock: {now: 2026-03-02T09:00:00Z}
services: {sales: {capacity: 1}}
rules: [{name: lost, when: {operation: schedule}, per: phone, times: 1, then: rival}]
examples:
  - name: The first proposed time is booked
    steps:
      - request: POST /engagement/v3/callbacks/create
        fields: {serviceName: sales, phoneNumber: "+14155550100", desiredTime: "2026-03-02T10:00:00Z"}
        expect: {status: 400, rule: lost}
        capture: {next: data.slots.keys.0}
      - request: POST /engagement/v3/callbacks/create
        fields: {serviceName: sales, phoneNumber: "+14155550100", desiredTime: "${next}"}
        expect: {status: 200}
"""


def test_the_keys_of_a_map_can_be_captured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "own.yaml").write_text(PROPOSED)
    assert main(["try", str(tmp_path / "own.yaml")]) == 0
    assert capsys.readouterr().out.endswith("2 of 2 requests met what was expected\n")


UNMET = """
description: What differs.
clock: {now: 2026-03-02T09:00:00Z}
rules: [{name: odd, when: {header: {X-A: a}}, then: {fault: respond, body: '{"keys": {"a.b": 1}, "list": [1]}'}}]
examples:
  - name: Differences
    steps:
      - {request: /engagement/v3/callbacks/create}
      - {request: GET /__admin/callbacks}
      - {request: GET /callbacks/open-for/sales, headers: {X-A: a}, capture: {a: keys.a.x, b: list}}
      - {request: GET /engagement/v3/callbacks/open-for/sales, expect: {body: {status: {cod: 0, "null": null, x: 1}}}}
      - {request: POST /engagement/v3/callbacks/cancel, fields: {id: x. y}, expect: {status: 200, rule: odd}}
      - {request: GET /callbacks/open-for/sales, expect: {rule: wether, fault: hangs}, capture: {Id: status.code}}
      - {request: GET /callbacks/open-for/sales, expect: {rule: none, fault: hang}}
"""


def test_a_difference_says_what_there_is_instead(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(UNMET)
    assert main(["check", str(file)]) == 1
    found = [line.partition(", step ")[2] for line in capsys.readouterr().err.splitlines() if "step" in line]
    assert found == [
        "1: request begins with its method: write `POST /engagement/v3/callbacks/create`",
        "2: path is one of the admin API: an example sends requests to the mocked API only",
        "3: capture.a finds no value `keys.a.x` in the answer (there are: a.b)",
        "4: expected body.status.cod 0, but it is missing, did you mean `code`?",
        "4: expected body.status.x 1, but it is missing (there are: code, message, corrId)",
        "5: expected status 200, but it is 400 (Id 'x. y' is not a UUID)",
        "5: expected rule odd, but it is missing",
        "6: expected rule wether, but it is missing: there is no rule wether (there are: odd)",
        "6: expected fault hangs, but it is missing: there is no fault hangs, did you mean `hang`?",
        "6: capture.Id must have a name in small letters and digits, such as `id`: rename it",
        "7: expected fault hang, but it is missing",
    ]
