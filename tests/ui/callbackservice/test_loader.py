"""How a page starts the stand-in: the loader snippet, onReady and extensions."""

import json
from typing import Any

import pytest
from playwright.async_api import expect

from tests.ui.browser import Visitor
from tests.ui.callbackservice.shop import other_origin, v3

pytestmark = pytest.mark.asyncio(loop_scope="session")

HEAD = '<!doctype html><html lang="en"><title>A shop</title><link rel="icon" href="data:,">'
NOTE = "document.body.dataset.note = `${document.body.dataset.note || ''}%s `;"


def note(text: str) -> str:
    """A script that notes a text, in order."""
    return NOTE % text


async def visit(visitor: Visitor, page: str) -> None:
    """Open a page of another origin in which MOCK is the address of the mock, and CONFIG a configuration for v3."""
    config = json.dumps(v3(visitor.url))
    async with other_origin(HEAD + page.replace("MOCK", visitor.url).replace("CONFIG", config)) as origin:
        await visitor.page.goto(origin)


async def expect_notes(visitor: Visitor, *texts: str) -> None:
    await expect(visitor.page.locator("body")).to_have_attribute("data-note", " ".join(texts) + " ")


def warnings(visitor: Visitor) -> list[str]:
    return [text.removeprefix("CallbackService stand-in: ") for text in visitor.warnings()]


async def test_the_loader_snippet_starts_the_page(visitor: Visitor) -> None:
    snippet = "CXBus.configure({debug: false, pluginsPath: 'https://nowhere.test/'}); CXBus.loadPlugin('widgets-core');"
    await visit(
        visitor,
        f"""<script>
          window._genesys = {{widgets: {{callback: CONFIG, onReady: (bus) => {{
            {note("ready")}
            bus.command('CallbackService.schedule', {{phonenumber: '+14155550100'}}).done(() => {{ {note("booked")} }});
          }}}}}};
        </script>
        <script src="MOCK/callbackservice.js" onload="{snippet}"></script>""",
    )
    await expect_notes(visitor, "ready", "booked")
    assert warnings(visitor) == []


async def test_a_page_may_set_its_configuration_after_the_script_and_before_the_core(visitor: Visitor) -> None:
    await visit(
        visitor,
        f"""<script src="MOCK/callbackservice.js"></script>
        <script>
          CXBus.configure({{debug: true}});
          addEventListener('load', () => {{
            window._genesys = {{widgets: {{callback: CONFIG}}}};
            CXBus.loadPlugin('widgets-core').done(async () => {{
              if (window._genesys.widgets.bus === CXBus) {{ {note("bus")} }}
              await CXBus.command('CallbackService.schedule', {{phonenumber: '+14155550100'}});
              {note("booked")}
            }});
          }});
        </script>""",
    )
    await expect_notes(visitor, "bus", "booked")
    assert warnings(visitor) == []


@pytest.mark.parametrize(
    "name", ["widgets-core", "callback", "cx-callback", "cx-callback-service", "CallbackService", "Mine"]
)
async def test_an_existing_plugin_can_be_loaded(visitor: Visitor, name: str) -> None:
    configuration = "<script>window._genesys = {widgets: {callback: CONFIG}};</script>"
    await visit(visitor, f'{configuration}<script src="MOCK/callbackservice.js"></script>')
    load = "(name) => { CXBus.registerPlugin('Mine'); return new Promise((s) => CXBus.loadPlugin(name).always(s)); }"
    assert await visitor.page.evaluate(load, name) is None


async def test_a_missing_plugin_is_rejected_with_a_reason(visitor: Visitor) -> None:
    await visit(visitor, '<script src="MOCK/callbackservice.js"></script>')
    load = "([how, name]) => new Promise((settle) => CXBus[how](name).fail(settle))"
    assert await visitor.page.evaluate(load, ["loadPlugin", "webchat"]) == (
        'The stand-in has no plugin "webchat". It has widgets-core, CallbackService, Callback and the plugins that '
        "this page registers."
    )
    missing = f"{visitor.url}/nothing.js"
    assert await visitor.page.evaluate(load, ["loadFile", missing]) == f"{missing} could not be loaded."


async def test_a_script_without_an_address_says_why_it_has_no_form(visitor: Visitor) -> None:
    await visit(visitor, "")
    script = await (await visitor.page.request.get(f"{visitor.url}/callbackservice.js")).text()
    await visitor.page.add_script_tag(content=script)
    load = "() => new Promise((settle) => CXBus.loadPlugin('callback').fail(settle))"
    assert await visitor.page.evaluate(load) == (
        "Could not load plugin file in given location. Check your plugins path option."
    )
    assert warnings(visitor)[-1] == (
        "callbackform.js cannot be found, because this script has no address: include it with a src."
    )


@pytest.mark.parametrize("place", ["window._genesys.widgets", "window._genesys"])
async def test_on_ready_may_be_a_list_to_which_the_page_adds(visitor: Visitor, place: str) -> None:
    await visit(
        visitor,
        f"""<script>
          window._genesys = {{widgets: {{callback: CONFIG}}}};
          {place}.onReady = [(bus) => {{ if (bus === CXBus) {{ {note("one")} }} }}, null];
        </script>
        <script src="MOCK/callbackservice.js"></script>
        <script>
          {place}.onReady.push(() => {{ {note("two")} }});
          addEventListener('load', () => setTimeout(() => {place}.onReady.push(() => {{ {note("three")} }})));
        </script>""",
    )
    await expect_notes(visitor, "one", "two", "three")


EXTENSIONS = f"""<script>
  window._genesys = {{widgets: {{callback: CONFIG, extensions: {{
    First: ($, CXBus, Common) => {{
      const plugin = CXBus.registerPlugin('First');
      plugin.registerEvents(['ready']);
      plugin.registerCommand('version', (e) => e.deferred.resolve($ === null ? 'none' : $.fn.jquery));
      plugin.subscribe('App.ready', () => {{ {note("app")} }});
      plugin.republish('ready');
      plugin.ready();
      window.Common = Common;
      window._genesys.widgets.onReady = () => {{ {note("ready")} }};
    }},
    Second: () => {{ throw new Error('of the page'); }},
    Third: () => {{ {note("third")} }},
    fourth: 'not a function',
  }}}}}};
</script>
JQUERY<script src="MOCK/callbackservice.js"></script>"""


async def test_extensions_get_the_bus_and_common_and_one_that_fails_stops_no_other(visitor: Visitor) -> None:
    await visit(visitor, EXTENSIONS.replace("JQUERY", ""))
    await expect_notes(visitor, "third", "ready", "app")
    version = "() => CXBus.command('First.version').then((value) => value)"
    assert await visitor.page.evaluate(version) == "none"
    assert await visitor.page.evaluate("CXBus.registry().First") == {"commands": ["version"], "events": ["ready"]}
    assert warnings(visitor) == [
        "this page has no jQuery (window.jQuery), so extensions get null as their first argument."
    ]
    failed = [message for message in visitor.console if message.type == "error"]
    assert failed[0].text.startswith('CallbackService stand-in: the extension "Second" failed: Error: of the page')
    visitor.console.clear()


async def test_extensions_get_the_jquery_of_the_page(visitor: Visitor) -> None:
    await visit(visitor, EXTENSIONS.replace("JQUERY", "<script>jQuery = {fn: {jquery: '3.7.1'}};</script>"))
    await expect_notes(visitor, "third", "ready", "app")
    assert await visitor.page.evaluate("() => CXBus.command('First.version').then((v) => v)") == "3.7.1"
    assert warnings(visitor) == []
    visitor.console.clear()


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("checkPath({a: {b: 0}}, 'a.b')", 0),
        ("checkPath({a: null}, 'a.b.c', 'else')", "else"),
        ("createPath({}, 'a.b')", {"a": {"b": {}}}),
        ("createPath({a: {b: 1}}, 'a.c', 2)", {"a": {"b": 1, "c": 2}}),
        ("createPath({}, '__proto__.polluted', 1) && ({}).polluted", None),
        ("createPath({}, 'constructor.polluted', 1) && Object.polluted", None),
        ("sanitizeHTML('<b>\"&')", "&lt;b&gt;&quot;&amp;"),
        ("linkify('see http://a.b/?c <i>')", 'see <a href="http://a.b/?c" target="_blank">http://a.b/?c</a> &lt;i&gt;'),
        ("log('x') || Common.debug('x')", None),
    ],
)
async def test_common_has_the_functions_that_extensions_use(visitor: Visitor, call: str, value: Any) -> None:
    await visit(visitor, EXTENSIONS.replace("JQUERY", "<script>jQuery = {};</script>"))
    await expect_notes(visitor, "third", "ready", "app")
    assert await visitor.page.evaluate(f"Common.{call}") == value
    visitor.console.clear()


async def test_a_missing_member_of_common_is_reported_once(visitor: Visitor) -> None:
    await visit(visitor, EXTENSIONS.replace("JQUERY", "<script>jQuery = {};</script>"))
    await expect_notes(visitor, "third", "ready", "app")
    assert await visitor.page.evaluate("[Common.Generate, Common.Generate, Common.error('x')]") == [None, None, None]
    assert warnings(visitor) == [
        (
            "Common.Generate is missing: it is undefined. Common has log, debug, error, checkPath, createPath, "
            "sanitizeHTML, linkify."
        )
    ]
    visitor.console.clear()


async def test_a_page_that_allows_scripts_by_a_nonce_gets_its_form(visitor: Visitor) -> None:
    policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'nonce-n1'; style-src 'none'\">"
    await visit(visitor, f'{policy}<script nonce="n1" src="MOCK/callbackservice.js"></script>')
    await visitor.page.evaluate("CXBus.command('Callback.open')")
    await expect(visitor.page.get_by_role("dialog")).to_have_css("position", "fixed")  # its styles are allowed too
