"""A shop: a page of another origin with the stand-in for CallbackService in it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from playwright.async_api import Request

from tests.ui.browser import Visitor

PAGE = """<!doctype html>
<html lang="en">
<title>A shop</title>
<link rel="icon" href="data:,">
<script>window._genesys = {widgets: {callback: %s}};</script>
<script src="%s/callbackservice.js"></script>
<main></main>
"""
# What a command settles with, and its events in their order. Functions of an answer are left out.
RUN = """async ([name, options]) => {
  const bus = window._genesys.widgets.bus;
  const plugin = bus.registerPlugin(`Shop${Math.random()}`);
  const events = [];
  for (const event of ['scheduled', 'scheduleError', 'availableSlots', 'availabilityError']) {
    plugin.subscribe(`CallbackService.${event}`, (e) => events.push([e.event, e.data]));
  }
  const settled = await new Promise((settle) => {
    plugin.command(name, options)
      .done((value) => settle(['done', value]))
      .fail((value) => settle(['fail', value]));
  });
  await new Promise((settle) => setTimeout(settle));
  return JSON.parse(JSON.stringify({settled, events}));
}"""


@asynccontextmanager
async def other_origin(page: str) -> AsyncIterator[str]:
    """Serve a page at an origin other than the mock's, and yield that origin."""

    async def show(_: web.BaseRequest) -> web.Response:
        return web.Response(text=page, content_type="text/html")

    runner = web.ServerRunner(web.Server(show))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def with_script(url: str, script: str, config: dict[str, Any]) -> str:
    """Return a page of another origin with this configuration, and with a script after the stand-in."""
    return PAGE % (json.dumps(config), url) + f"<script>\n{script}\n</script>\n"


class Shop:
    """The open page: `run` runs a command on its bus."""

    def __init__(self, visitor: Visitor, origin: str) -> None:
        self._visitor = visitor
        self.mock = visitor.url
        self.origin = origin
        self.page = visitor.page

    async def run(self, name: str, options: Any = None) -> dict[str, Any]:
        """Return what the command settled with (`settled`), and its events (`events`)."""
        result = await self.page.evaluate(RUN, [f"CallbackService.{name}", options])
        assert isinstance(result, dict)
        return result

    async def arm(self, fault: dict[str, Any], **when: str) -> None:
        """Arm a fault for the requests of this kind."""
        rule = {"name": "armed", "when": when, "then": fault}
        assert (await self.page.request.post(f"{self._visitor.url}/__admin/rules", data=rule)).ok

    def sent(self) -> list[Request]:
        """Return the requests of the commands, without those for the page itself."""
        return [request for request in self._visitor.requests if request.resource_type == "xhr"]

    def form(self) -> list[tuple[str, str]]:
        """Return the fields of the only request."""
        (request,) = self.sent()
        return parse_qsl(request.post_data or "", keep_blank_values=True, strict_parsing=True)

    def warnings(self) -> list[str]:
        """Return the warnings of the stand-in on the console."""
        return [text.removeprefix("CallbackService stand-in: ") for text in self._visitor.warnings()]


@asynccontextmanager
async def shop(visitor: Visitor, **config: Any) -> AsyncIterator[Shop]:
    """The page with this configuration, opened."""
    async with other_origin(PAGE % (json.dumps(config), visitor.url)) as origin:
        await visitor.page.goto(origin)
        yield Shop(visitor, origin)


def v1(url: str, **more: Any) -> dict[str, Any]:
    """The configuration of a widget for v1."""
    return {"dataURL": f"{url}/genesys/1/service/callback/sales", "apiVersion": "v1"} | more


def v3(url: str, **more: Any) -> dict[str, Any]:
    """The configuration of a widget for v3."""
    return {"dataURL": f"{url}/engagement/v3/callbacks", "apiVersion": "v3", "serviceName": "sales"} | more
