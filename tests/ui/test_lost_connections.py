"""What a page sees of connections that a fault breaks, in a browser whose connections are warm."""

from typing import Any

import pytest

from tests.ui.browser import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

WARM_UP = """() => Promise.all([1, 2, 3, 4, 5].map((n) => fetch(`/callbacks/availability/sales?n=${n}`)))"""
SEND = """async ([how, session, times]) => {
  const headers = { "X-Mockgms-Session": session };
  const body = JSON.stringify({ serviceName: "sales", phoneNumber: "+14155550123" });
  const one = () => {
    if (how === "XMLHttpRequest") {
      return new Promise((resolve) => {
        const request = new XMLHttpRequest();
        request.open("POST", "/callbacks/create");
        request.setRequestHeader("X-Mockgms-Session", session);
        request.onerror = () => resolve("error");
        request.onload = () => resolve(request.status);
        request.send(body);
      });
    }
    const options = how === "POST" ? { method: how, headers, body } : { headers };
    const path = how === "POST" ? "/callbacks/create" : "/callbacks/availability/sales";
    return fetch(path, options).then((answer) => answer.status, (error) => error.message);
  };
  const seen = [];
  for (let n = 0; n < times; n += 1) seen.push(await one());
  return seen;
}"""
ERRORS = {"GET": "Failed to fetch", "POST": "Failed to fetch", "XMLHttpRequest": "error"}


async def warm(visitor: Visitor, fault: str) -> None:
    """Arm a fault for two requests of the session `a`, and open connections to the server."""
    await visitor.page.goto("/__admin/health")
    await visitor.page.evaluate(WARM_UP)
    await visitor.ask("POST", "/s/a/__admin/rules", {"name": "lost", "times": 2, "then": {"fault": fault}})


async def journal(visitor: Visitor, session: str) -> list[Any]:
    """The rule that decided each request of a session."""
    return [entry["rule"] for entry in (await visitor.ask("GET", f"/s/{session}/__admin/requests"))["requests"]]


@pytest.mark.parametrize("how", ERRORS)
@pytest.mark.parametrize("fault", ["disconnect", "empty"])
async def test_the_page_sees_each_lost_attempt_and_the_journal_has_it(visitor: Visitor, fault: str, how: str) -> None:
    await warm(visitor, fault)
    assert await visitor.page.evaluate(SEND, [how, "a", 3]) == [ERRORS[how], ERRORS[how], 200]
    assert await journal(visitor, "a") == ["lost", "lost", None]


async def test_the_same_request_to_another_session_is_not_lost(visitor: Visitor) -> None:
    await warm(visitor, "disconnect")
    both = f"async (pair) => {{ const send = {SEND}; return Promise.all(pair.map((one) => send(one))); }}"
    seen = await visitor.page.evaluate(both, [["POST", "a", 1], ["POST", "b", 1]])
    assert seen == [[ERRORS["POST"]], [200]]
    assert (await journal(visitor, "a"), await journal(visitor, "b")) == (["lost"], [None])
