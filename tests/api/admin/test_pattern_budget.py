"""One budget limits the patterns of all armed rules, and one those of a scenario with its parents."""

import json
from pathlib import Path
from typing import Any

import pytest

from mockgms.api.dispatcher import Dispatcher
from mockgms.app import assemble
from mockgms.http.messages import Request
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.mistakes import ScenarioMistakes
from tests.messages import TOO_MANY_STEPS

GLOBS = [f"*{n:03}{'x' * 97}" for n in range(300)]  # more than 30,000 steps of the allowed 50,000


def rule(name: str) -> dict[str, Any]:
    return {"name": name, "when": {"user_data": {"k": GLOBS}}, "then": {"fault": "server_error"}}


def dispatcher() -> Dispatcher:
    catalog = Catalog()
    return assemble(catalog.parse("description: For a test."), catalog)


async def ask(to: Dispatcher, method: str, path: str, body: object = None) -> tuple[int, Any]:
    sent = b"" if body is None else json.dumps(body).encode()
    reply = await to.answer(Request(method, path, "", {"host": "localhost"}, sent))
    return reply.status, json.loads(reply.body)


async def test_an_armed_rule_is_refused_if_all_armed_rules_together_have_too_many_patterns() -> None:
    to = dispatcher()
    assert (await ask(to, "POST", "/__admin/rules", rule("one")))[0] == 201
    status, answer = await ask(to, "POST", "/__admin/rules", rule("two"))
    assert (status, answer["field"]) == (400, "when")
    assert TOO_MANY_STEPS in answer["message"]


async def test_a_snapshot_is_refused_if_its_armed_rules_have_too_many_patterns() -> None:
    to = dispatcher()
    await ask(to, "POST", "/__admin/rules", rule("one"))
    _, snapshot = await ask(to, "GET", "/__admin/snapshot")
    [armed] = snapshot["rules"]["armed"]
    twin = json.loads(json.dumps(armed).replace('"one"', '"two"'))
    snapshot["rules"]["armed"].append(twin)
    status, answer = await ask(to, "PUT", "/__admin/snapshot", snapshot)
    assert (status, TOO_MANY_STEPS in answer["message"]) == (400, True)


def test_a_scenario_is_refused_if_it_and_its_parents_have_too_many_patterns(tmp_path: Path) -> None:
    parent, child = tmp_path / "parent.yaml", tmp_path / "child.yaml"
    parent.write_text(json.dumps({"description": "Parent.", "rules": [rule("one")]}))
    child.write_text(json.dumps({"description": "Child.", "extends": "./parent.yaml", "rules": [rule("two")]}))
    with pytest.raises(ScenarioMistakes) as refused:
        Catalog().load_file(child)
    assert [str(each) for each in refused.value.mistakes] == [
        f"{child}: with the scenarios that it extends, {TOO_MANY_STEPS}"
    ]


async def test_a_described_request_with_a_large_invalid_body_is_explained() -> None:
    described = {"method": "POST", "path": "/callbacks/create", "body": '{"serviceName": ' + " " * 20_000}
    status, answer = await ask(dispatcher(), "POST", "/__admin/explain", described)
    assert (status, answer["answer"]["status"]) == (200, 400)
