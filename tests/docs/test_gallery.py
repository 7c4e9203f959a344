"""The stories of docs/gallery: each scenario meets its requests with the outcomes that stand beside them."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import pytest
import yaml

from mockgms.api.exchange import Exchange
from mockgms.api.ges import GES
from mockgms.api.gms import GMS
from mockgms.http.messages import Request
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.text_forms import parse_duration
from mockgms.session import Sessions
from tests.docs.markdown import ROOT

GALLERY: Final = ROOT / "docs" / "gallery"
STORIES: Final = sorted(GALLERY.glob("*.yaml"))
KEYS: Final = {"title", "about", "scenario", "steps"}


def told(file: Path) -> Any:
    """The story in a file."""
    return yaml.safe_load(file.read_text())


class Telling:
    """One story on its way: its session, and the ids of its callbacks by phone."""

    def __init__(self, scenario: str) -> None:
        sessions = Sessions(Catalog().parse(scenario, "story"))
        self.exchange = Exchange(sessions, (GMS, GES))
        self.session = sessions.default
        self.ids: dict[int, str] = {}

    def ask(self, written: str, step: Mapping[str, Any]) -> dict[str, Any]:
        """The outcome of a request: what a step may say of it."""
        method, _, path = written.format(ids=self.ids).partition(" ")
        path, _, query = path.partition("?")
        form = {name: str(value) for name, value in step.get("form", {}).items()}
        headers = {name.lower(): value for name, value in step.get("headers", {}).items()}
        body = json.dumps(step["json"]).encode() if "json" in step else urlencode(form).encode()
        headers["content-type"] = "application/json" if "json" in step else "application/x-www-form-urlencoded"
        reply = asyncio.run(self.exchange.answer(Request(method, path, query, headers, body)))
        answer = json.loads(reply.body) if reply.body[:1] in (b"{", b"[") else None
        if isinstance(answer, dict) and "_id" in answer:
            self.ids[int(form["_customer_number"])] = answer["_id"]
        sent = dict(reply.headers)
        return {
            "status": reply.status,
            "rule": sent.get("X-Mockgms-Rule"),
            "retry_after": sent.get("Retry-After"),
            "answer": answer,
        }


@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.stem)
def test_a_story_goes_as_it_is_told(file: Path) -> None:
    story = told(file)
    telling = Telling(story["scenario"])
    assert all("only if the clock is moved" in warning for warning in telling.session.scenario.warnings)
    for number, step in enumerate(story["steps"], 1):
        if "advance" in step:
            telling.session.advance(parse_duration(step["advance"]))
            continue
        outcome = telling.ask(step["request"], step)
        expected = {key: step[key] for key in ("status", "rule", "retry_after") if key in step}
        found = {key: outcome[key] for key in expected}
        assert (number, found) == (number, expected), outcome["answer"]
        for key, value in step.get("answer", {}).items():
            assert (number, key, outcome["answer"].get(key)) == (number, key, value)
        if "reason" in step:
            assert (number, outcome["answer"][0]["_callback_reason"]) == (number, step["reason"])
        if "slots" in step:
            assert (number, [*outcome["answer"]]) == (number, step["slots"])


@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.stem)
def test_a_story_has_a_title_its_scenario_and_steps_that_say_their_outcome(file: Path) -> None:
    story = told(file)
    assert KEYS >= story.keys() >= KEYS - {"about"}
    requests = [step for step in story["steps"] if "advance" not in step]
    assert requests
    assert all("status" in step for step in requests)
