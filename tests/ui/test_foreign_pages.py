"""Pages of foreign sites, in a browser: they change nothing in the mock, read nothing of it, and get no token."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, Request, Response, expect

from mockgms.api.dispatcher import Dispatcher
from mockgms.app import assemble, listen
from mockgms.http.access import Access
from mockgms.http.messages import Request as MockRequest
from mockgms.scenario.catalog import Catalog
from tests.ui.conftest import LONGEST, MONDAY
from tests.ui.foreign import WRITES, ForeignSite

pytestmark = pytest.mark.asyncio(loop_scope="session")

TOKEN = "s3cret-token"
MODES = {
    "default": Access(),
    "token": Access("0.0.0.0", token=TOKEN),  # noqa: S104  # it listens on this machine alone
    "open": Access("0.0.0.0", is_open=True),  # noqa: S104
}
READS = ["callbacks", "callbacks?x=1", "requests?unmasked=true", "snapshot", "events", "rules", "coverage", "metrics"]
RUNNING = 0.3  # seconds


@dataclass
class Scene:
    """A mock in which something is booked, a foreign site, and a browser at its page."""

    dispatcher: Dispatcher
    site: ForeignSite
    context: BrowserContext
    page: Page
    answers: dict[str, int] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)
    more: asyncio.Event = field(default_factory=asyncio.Event)

    def answer(self, answer: Response) -> None:
        """Note the status of an answer; of several at one address, the lowest one counts."""
        self.answers[answer.url] = min(answer.status, self.answers.get(answer.url, answer.status))
        self.settle(answer.request)

    def settle(self, request: Request) -> None:
        """Note that a request was answered, or that the browser has discarded its answer."""
        self.settled.add(request.url)
        self.more.set()

    async def admin(self, method: str, path: str, body: str = "") -> bytes:
        """Return the answer of the admin API to a request with the token."""
        headers = {"authorization": f"Bearer {TOKEN}"}
        reply = await self.dispatcher.answer(MockRequest(method, path, headers=headers, body=body.encode()))
        assert reply.status in (200, 201), reply.body
        return reply.body

    async def state(self) -> list[Any]:
        """Return everything that a foreign page must not change; it may request faults, which are counted."""
        snapshots = [json.loads(await self.admin("GET", f"{base}/__admin/snapshot")) for base in ("", "/s/kept")]
        for snapshot in snapshots:
            del snapshot["requests"], snapshot["rules"]["asked"]
        return [*snapshots, json.loads(await self.admin("GET", "/__admin/rules"))]

    async def wait_for_answers(self, urls: Sequence[str]) -> None:
        """Wait until these URLs were answered, and a moment longer, in which the answers would run.

        There is no event for a document that is refused, downloaded, or never ends.
        """
        async with asyncio.timeout(LONGEST / 1_000):
            while not self.settled.issuperset(urls):
                self.more.clear()
                await self.more.wait()
        await asyncio.sleep(RUNNING)

    def statuses(self) -> set[int]:
        """Return the statuses of all answers of the admin API."""
        return {status for url, status in self.answers.items() if "/__admin/" in urlsplit(url).path}


@pytest.fixture(params=list(MODES))
def access(request: pytest.FixtureRequest) -> Access:
    return MODES[request.param]


@pytest_asyncio.fixture(loop_scope="session")
async def scene(browser: Browser, access: Access) -> AsyncIterator[Scene]:
    dispatcher = assemble(Catalog().parse(MONDAY), Catalog(), access=access)
    mock, port = await listen(dispatcher, "127.0.0.1", 0)
    site = ForeignSite(f"http://localhost:{port}")
    elsewhere = await site.start()
    context = await browser.new_context()
    try:
        page = await context.new_page()
        scene = Scene(dispatcher, site, context, page)
        context.on("response", scene.answer)
        context.on("requestfailed", scene.settle)
        await page.goto(site.url)
        await scene.admin("PUT", "/__admin/sessions/kept")
        await scene.admin("POST", "/__admin/callbacks", '{"service": "sales", "phone": "+15551234"}')
        before = await scene.state()
        yield scene
        assert await scene.state() == before
        assert site.loot == []
    finally:
        await context.close()
        await elsewhere.cleanup()
        await mock.stop()


EMBED = """([tag, urls]) => {
  for (const url of urls) {
    const element = document.createElement(tag);
    if (tag === 'link') element.rel = 'stylesheet';
    element[{ object: 'data', link: 'href' }[tag] ?? 'src'] = url;
    document.body.append(element);
  }
}"""
SHOWN = """(tag) => [...document.querySelectorAll(tag)]
  .map((each) => each.contentDocument?.body?.textContent).filter(Boolean)"""


async def embed(scene: Scene, urls: Mapping[str, Sequence[str]]) -> None:
    """Load these into the foreign page, by the tag of the element, and see that it can read none of them."""
    for tag in urls:
        await scene.page.evaluate(EMBED, [tag, urls[tag]])
    await scene.wait_for_answers(list(chain(*urls.values())))
    for tag in urls:
        assert await scene.page.evaluate(SHOWN, tag) == []


@pytest.mark.parametrize("access", [MODES["default"]])
@pytest.mark.parametrize("tag", ["iframe", "object", "embed"])
async def test_an_embedded_answer_runs_nothing(scene: Scene, tag: str) -> None:
    await embed(scene, {tag: list(scene.site.addresses(tag).values())})


GO = {
    "link": "(url) => { Object.assign(document.createElement('a'), { href: url }).click(); }",
    "location": "(url) => { window.location = url; }",
    "popup": "(url) => { window.stolen = window.open(url); }",
    "named": "(url) => { window.stolen = window.open(url, 'name'); stolen.location = url; }",
}


@pytest.mark.parametrize("access", [MODES["default"]])
@pytest.mark.parametrize("way", list(GO))
async def test_an_answer_that_a_page_navigates_to_runs_nothing(scene: Scene, way: str) -> None:
    async def go(url: str) -> None:
        page = await scene.context.new_page()
        await page.goto(scene.site.url)
        await page.evaluate(GO[way], url)

    urls = list(scene.site.addresses(way).values())
    await asyncio.gather(*map(go, urls))
    await scene.wait_for_answers(urls)


SUBMIT = """([action, enctype, fields, target]) => {
  const form = document.createElement('form');
  Object.assign(form, { action, enctype, method: 'POST', target });
  for (const [name, value] of Object.entries(fields)) {
    form.append(Object.assign(document.createElement('input'), { name, value }));
  }
  if (target !== '_self' && target !== '_blank') {
    document.body.append(Object.assign(document.createElement('iframe'), { name: target }));
  }
  document.body.append(form);
  form.submit();
}"""
ENCTYPES = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"]


@pytest.mark.parametrize("access", [MODES["default"]])
@pytest.mark.parametrize("target", ["_self", "_blank", "frame"])
async def test_an_answer_to_a_form_runs_nothing(scene: Scene, target: str) -> None:
    addresses = scene.site.addresses("form", "/callbacks/create")
    submitted = {addresses[name]: enctype for enctype, name in zip(ENCTYPES, ("html", "svg", "xhtml"), strict=True)}
    for url, enctype in submitted.items():
        page = await scene.context.new_page()
        await page.goto(scene.site.url)
        await page.evaluate(SUBMIT, [url, enctype, {"serviceName": "sales"}, target])
    await scene.wait_for_answers(list(submitted))


async def test_a_form_changes_nothing(scene: Scene) -> None:
    redirect = {"fault": "respond", "status": 307, "headers": {"Location": "/__admin/reset"}}
    actions = {f"{scene.site.mock}/callbacks/create?__fault={quote(json.dumps(redirect))}": "{}"}
    for _, path, body in WRITES:
        url = f"{scene.site.mock}/__admin/{path}"
        actions |= dict.fromkeys((url, f"{scene.site.url}/to?url={quote(url)}"), body or "{}")
    for action, body in actions.items():
        text = body[:-1] + ('"x": "' if body == "{}" else ', "x": "')  # as text/plain: {"by": "1h", "x": "="}
        for enctype in ENCTYPES:
            await scene.page.evaluate(SUBMIT, [action, enctype, {text: '"}'}, f"frame {enctype} {action}"])
    urls = list(actions)
    await scene.wait_for_answers(urls)
    assert scene.statuses() <= {401, 403, 405}


READ = """async ([mock, paths]) => {
  const read = [];
  const ways = [{}, { credentials: 'include' }, { mode: 'no-cors' }, { mode: 'no-cors', credentials: 'include' },
    { headers: { Authorization: 'Bearer guess' } }, { headers: { 'X-Mockgms-Session': 'default' } }];
  for (const path of paths) {
    for (const options of ways) {
      try {
        const answer = await fetch(`${mock}/__admin/${path}`, options);
        const text = await answer.text();
        if (text && answer.status !== 401) read.push([path, text]); // every page may read that the token is missing
      } catch { /* as expected */ }
    }
  }
  const events = new EventSource(`${mock}/__admin/events`);
  await new Promise((resolve) => {
    events.onerror = resolve;
    events.onopen = () => { read.push(['events', 'open']); resolve(); };
  });
  events.close();
  return read;
}"""


async def test_a_script_reads_nothing(scene: Scene) -> None:
    assert await scene.page.evaluate(READ, [scene.site.mock, READS]) == []
    assert scene.statuses() <= {401, 403}


async def test_an_element_reads_nothing(scene: Scene) -> None:
    paths = [f"{scene.site.mock}/__admin/{path}{'&' if '?' in path else '?'}" for path in READS]
    tags = ("script", "link", "img", "iframe", "object", "embed")
    await embed(scene, {tag: [path + tag for path in paths] for tag in tags})
    assert scene.statuses() <= {401, 403}


WRITE = """async ([mock, writes]) => {
  const types = [undefined, 'text/plain', 'application/x-www-form-urlencoded', 'application/json'];
  for (const [method, path, body] of writes) {
    const url = `${mock}/__admin/${path}`;
    const sent = body === '' ? undefined : body;
    for (const type of types) {
      const headers = type && { 'Content-Type': type };
      for (const mode of ['cors', 'no-cors']) await fetch(url, { method, mode, headers, body: sent }).catch(() => {});
      await fetch(url, { method: 'POST', mode: 'no-cors', headers, body: sent }).catch(() => {});
    }
    const override = { 'X-HTTP-Method-Override': method, Authorization: 'Bearer guess' };
    await fetch(url, { method: 'POST', headers: override, body: sent }).catch(() => {});
    navigator.sendBeacon(url, body);
  }
}"""
# A sandboxed document has no origin of its own: what it sends carries `Origin: null`.
NOWHERE = """async ([script, mock, writes]) => {
  const finished = new Promise((resolve) => { window.onmessage = resolve; });
  const call = `(${script})(${JSON.stringify([mock, writes])}).then((read) => parent.postMessage(read ?? [], '*'))`;
  const frame = Object.assign(document.createElement('iframe'), { srcdoc: `<script>${call}</` + 'script>' });
  frame.sandbox = 'allow-scripts allow-forms allow-popups';
  document.body.append(frame);
  return (await finished).data;
}"""


async def test_a_script_changes_nothing(scene: Scene) -> None:
    await scene.page.evaluate(WRITE, [scene.site.mock, WRITES])
    assert scene.statuses() <= {401, 403, 405}


async def test_a_script_of_no_origin_changes_and_reads_nothing(scene: Scene) -> None:
    await scene.page.evaluate(NOWHERE, [WRITE, scene.site.mock, WRITES])
    assert await scene.page.evaluate(NOWHERE, [READ, scene.site.mock, READS]) == []
    assert scene.statuses() <= {401, 403, 405}


@pytest.mark.parametrize("access", [MODES["token"]])
@pytest.mark.parametrize("path", ["/", "/playground"])
async def test_a_page_with_the_token_does_not_reveal_it_to_other_pages(scene: Scene, path: str) -> None:
    page, mock = scene.page, scene.site.mock
    async with page.expect_popup() as popup:
        await page.evaluate("(url) => { window.stolen = window.open(url, 'victim'); }", mock + path)
    victim = await popup.value
    await victim.get_by_label("requires its admin token").fill(TOKEN)
    await victim.get_by_role("button", name="Go on").click()
    await expect(victim.get_by_label("requires its admin token")).to_be_hidden()
    assert await page.evaluate("[stolen.closed, stolen.opener, stolen.length]") == [True, None, 0]
    addresses = scene.site.addresses("after the token")
    for name in ("html", "svg", "untyped"):
        # In the same tab, as by a link in it: it would share the storage of the tab.
        await victim.goto(mock + path)
        await victim.get_by_label("requires its admin token").fill(TOKEN)
        await victim.get_by_role("button", name="Go on").click()
        await expect(victim.get_by_label("requires its admin token")).to_be_hidden()
        await victim.evaluate("(url) => { location.assign(url); }", addresses[name])
        await scene.wait_for_answers([addresses[name]])
        kept = await victim.evaluate("(() => { try { return { ...sessionStorage }; } catch { return 'none'; } })()")
        assert kept == "none"


@pytest.mark.parametrize("access", [MODES["default"], MODES["token"]])
async def test_a_page_cannot_be_framed(scene: Scene) -> None:
    urls = [scene.site.mock + path for path in ("/", "/playground", "/__admin/docs", "/s/kept/")]
    await embed(scene, {"iframe": urls})
    for frame in scene.page.frames[1:]:
        assert "mockgms" not in await frame.content()


async def test_the_attack_works_without_the_protection_of_the_mock(browser: Browser) -> None:
    """The payloads run at the foreign site's own address, so that what stops them above is the mock."""
    site = ForeignSite("http://localhost:1")
    elsewhere = await site.start()
    page = await browser.new_page()
    for name in ("html", "loud", "untyped", "xhtml", "svg", "xml"):
        await page.goto(f"{site.url}/payload/{name}")
        assert (f"own: {name}", "ran") in site.loot
    await page.close()
    await elsewhere.cleanup()


# A page of the mock runs only the mock's own files.

LOADING = {
    "script": "(url) => new Promise((resolve) => {"
    " const script = document.createElement('script');"
    " Object.assign(script, { src: url, onload: () => resolve('loaded'), onerror: () => resolve('refused') });"
    " document.head.append(script); })",
    "style": "(url) => new Promise((resolve) => {"
    " const link = document.createElement('link');"
    " Object.assign(link, { rel: 'stylesheet', href: url, onload: () => resolve('loaded'),"
    " onerror: () => resolve('refused') });"
    " document.head.append(link); })",
    "module": "(url) => import(url).then(() => 'loaded', () => 'refused')",
    "worker": "(url) => new Promise((resolve) => {"
    " try { const worker = new Worker(url); worker.onmessage = () => resolve('loaded');"
    " worker.onerror = () => resolve('refused'); } catch { resolve('refused'); } })",
    "service worker": "(url) => navigator.serviceWorker.register(url, { scope: '/' })"
    ".then(() => 'loaded', () => 'refused')",
}


@pytest.mark.parametrize("access", [MODES["default"]])
@pytest.mark.parametrize("page", ["/", "/playground", "/__admin/docs"])
async def test_a_page_of_the_mock_loads_no_answer_as_script_or_style(scene: Scene, page: str) -> None:
    own = await scene.context.new_page()
    await own.goto(scene.site.mock + page)
    for way, load in LOADING.items():
        kind, body = ("text/css", "/**/") if way == "style" else ("text/javascript", "globalThis.postMessage?.('x')")
        fault = {"fault": "respond", "headers": {"Content-Type": kind, "X-Content-Type-Options": "sniff"}, "body": body}
        url = f"{scene.site.mock}/callbacks/availability/sales?__fault={quote(json.dumps(fault))}"
        assert (way, await own.evaluate(load, url)) == (way, "refused")
    await own.close()


# Pages of this machine may use the admin API, at any name and port.


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "page.localhost"])
async def test_a_page_of_another_server_of_this_machine_may_use_the_admin_api(browser: Browser, host: str) -> None:
    dispatcher = assemble(Catalog().parse(MONDAY), Catalog())
    mock, port = await listen(dispatcher, "127.0.0.1", 0)
    site = ForeignSite(f"http://localhost:{port}")
    other = await site.start()
    page = await browser.new_page()
    await page.goto(f"http://{host}:{urlsplit(site.url).port}")
    outcome = await page.evaluate(
        """async (mock) => {
          const moved = await fetch(`${mock}/__admin/clock/advance`, { method: 'POST', body: '{"by": "1h"}' });
          const armed = await fetch(`${mock}/__admin/rules/x`, { method: 'DELETE' });
          return [moved.status, (await moved.json()).now, armed.status];
        }""",
        site.mock,
    )
    assert outcome == [200, "2026-03-02T09:55:00.000Z", 404]
    async with page.expect_event("response", lambda answer: answer.url.endswith("/__admin/clock")):
        await page.evaluate(EMBED, ["iframe", [f"{site.mock}/__admin/clock"]])
    await page.frames[1].wait_for_load_state()
    assert "2026-03-02T09:55:00.000Z" in await page.frames[1].content()
    await page.close()
    await other.cleanup()
    await mock.stop()
