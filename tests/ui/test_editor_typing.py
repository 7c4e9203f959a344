"""Typing in the scenario editor: colours, indentation, completion, undo, and problems at their lines."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from mockgms.app import assemble
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.model import Scenario
from tests.live import LiveServer
from tests.ui.browser import Visitor
from tests.ui.editor import TEXT, opened, press

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHIPPED = {path.stem: path.read_text() for path in Path("scenarios").glob("*.yaml")}
COLOURS = """async (lines) => {
  const { colours, START } = await import(new URL('ui/yamlcolours.js', document.baseURI));
  let state = START;
  return lines.map((line) => {
    const read = colours(line, state);
    state = read.state;
    return read.parts.map(({ kind, text }) => [kind, text]);
  });
}"""

LONG_LINE = """async () => {
  const { keyOf } = await import(new URL('ui/yamltext.js', document.baseURI));
  const { breakLine } = await import(new URL('ui/indenting.js', document.baseURI));
  const { complete } = await import(new URL('ui/completion.js', document.baseURI));
  const long = 50_000;
  const began = performance.now();
  const key = [keyOf(`a${' '.repeat(long)}b`), keyOf('- "a b" : c'), keyOf('  a b : c')];
  const comments = `${' #'.repeat(long)}\u2028`;
  breakLine(comments, comments.length, comments.length);
  const { found } = await complete(`${'a'.repeat(long)} `, long + 1);
  return [key, found, performance.now() - began];
}"""


@pytest.fixture
def scenario() -> Scenario:
    return Catalog().parse(TEXT)


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """The page of the editor, which several tests share: each gives it other lines, or fills the field."""
    async with LiveServer(assemble(Catalog().parse(TEXT), Catalog())) as server:
        context = await browser.new_context(base_url=f"http://127.0.0.1:{server.port}")
        visitor = Visitor(await context.new_page(), f"http://127.0.0.1:{server.port}")
        yield await opened(visitor)
        await context.close()
        visitor.leave()


async def coloured(page: Page, *lines: str) -> list[list[tuple[str, str]]]:
    """The parts of each line with their kinds: of a key, a string, a number, a comment or a variable."""
    found: list[list[list[str]]] = await page.evaluate(COLOURS, list(lines))
    return [[(kind, text) for kind, text in line] for line in found]


async def written(page: Page, text: str) -> Locator:
    """The field with this text, in which `|` is the caret."""
    field = page.get_by_label("Scenario as YAML")
    await field.fill(text.replace("|", ""))
    await field.evaluate("(it, at) => it.setSelectionRange(at, at)", text.index("|"))
    return field


async def with_caret(field: Locator) -> str:
    """The text of the field, with `|` at the caret."""
    text: str = await field.input_value()
    end: int = await field.evaluate("(it) => it.selectionEnd")
    return f"{text[:end]}|{text[end:]}"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("# note", "c:# note"),
        ("seed: 20 # twenty", "k:seed num:20 c:# twenty"),
        ("a#b: c#d", "k:a#b"),
        (
            "clock: {now: 2026-03-02T09:00:00Z, frozen: true}",
            "k:clock k:now num:2026-03-02T09:00:00Z k:frozen num:true",
        ),
        ("hours: [\"Mon-Fri\", 'It''s', x]", "k:hours s:\"Mon-Fri\" s:'It''s'"),
        ('"*": {a: http://x/y#z, b: "c: d"}', 'k:"*" k:a k:b s:"c: d"'),
        ('{"a":1, "b": "\\""}', 'k:"a" num:1 k:"b" s:"\\""'),
        ("- - name: x", "k:name"),
        ("horizon: ${DAYS:-6}d", "k:horizon var:${DAYS:-6}"),
        ("{a: ${X}, b: c${Y}}", "k:a var:${X} k:b var:${Y}"),
        ('body: "of ${phone}"', 'k:body s:"of  var:${phone} s:"'),
        ("&a key: *b", "k:key"),
        ("url:none", ""),
        ("- -5", "num:-5"),
        ("wait: 30s", "k:wait num:30s"),
    ],
)
async def test_keys_strings_numbers_comments_and_variables_have_different_colours(
    page: Page, line: str, expected: str
) -> None:
    [parts] = await coloured(page, line)
    assert "".join(text for _, text in parts) == line
    assert " ".join(f"{kind}:{text}" for kind, text in parts if kind) == expected


async def test_block_texts_open_quotes_and_open_brackets_reach_over_lines(page: Page) -> None:
    found = await coloured(
        page,
        "- a: |-  # head",
        "    b: c",
        "",
        "  d: 'open",
        "# still",
        "end' # note",
        "e: [1,",
        " 2, f]",
        "---",
        "g: 1",
    )
    kinds = [" ".join(f"{kind}:{text}" for kind, text in parts if kind) for parts in found]
    assert kinds == [
        "k:a c:# head", "s:    b: c", "", "k:d s:'open", "s:# still", "s:end' c:# note", "k:e num:1", "num:2", "",
        "k:g num:1",
    ]  # fmt: skip


async def test_the_colours_of_every_shipped_scenario_leave_its_text_whole_and_nothing_open(page: Page) -> None:
    for text in SHIPPED.values():
        lines = [*text.split("\n"), "---", "last: 1"]
        found = await coloured(page, *lines)
        assert ["".join(text for _, text in parts) for parts in found] == lines
        assert found[-1] == [("k", "last"), ("", ":"), ("", " "), ("num", "1")]


async def test_lines_lie_behind_the_text_to_the_pixel_also_when_it_is_scrolled(visitor: Visitor) -> None:
    page = await opened(visitor)
    field = await written(page, "\n".join(f"key{number}: " + "value " * 60 for number in range(200)) + "|")
    await field.evaluate("(it) => it.scrollTo(300, 2205)")
    await expect(page.locator(".mark[data-line='110']")).to_be_visible()
    box = await field.bounding_box()
    line = await page.locator(".mark[data-line='110'] .line").bounding_box()
    assert box is not None
    assert line is not None
    assert (line["x"], line["y"]) == (box["x"] + 8 - 300, box["y"] + 8 + 109 * 22 - 2205)


async def test_coloured_text_is_as_wide_as_what_is_typed(visitor: Visitor) -> None:
    page = await opened(visitor)
    widths = "(it) => [it.scrollWidth, document.querySelector('.mark .line').offsetWidth]"
    field = await written(page, "key: 'value', 12 # " * 20 + "|")
    shorter = await field.evaluate(widths)
    await written(page, "key: 'Zürich \t漢字', 12 # ${X} " * 40 + "|")
    longer = await field.evaluate(widths)
    assert longer[0] - shorter[0] == longer[1] - shorter[1] > 1_000


async def test_only_the_lines_in_view_are_drawn_however_long_the_text_is(visitor: Visitor) -> None:
    page = await opened(visitor)
    lines = [f"# {number}" for number in range(2_000)]
    field = page.get_by_label("Scenario as YAML")
    await field.evaluate("(it, text) => { it.value = text; it.dispatchEvent(new Event('input')); }", "\n".join(lines))
    await expect(page.locator(".mark").first).to_have_attribute("data-line", "1")
    assert await page.locator(".mark").count() < 60
    await field.evaluate("(it) => it.scrollTo(0, it.scrollHeight)")
    await expect(page.locator(".mark").last).to_have_attribute("data-line", "2000")
    assert await page.locator(".mark").count() < 60


async def test_typing_draws_again_only_the_line_that_changes(visitor: Visitor) -> None:
    page = await opened(visitor)
    field = await written(page, TEXT + "|")
    await page.locator(".mark").evaluate_all("(lines) => lines.forEach((line) => { line.wasDrawn = true; })")
    await field.press_sequentially("  # x")
    await expect(page.locator(".mark .c").last).to_have_text("# x")
    again = "(lines) => lines.filter((line) => !line.wasDrawn).map((line) => line.dataset.line)"
    assert await page.locator(".mark").evaluate_all(again) == ["12"]


@pytest.mark.parametrize(
    ("text", "keys", "expected"),
    [
        ("a:|", "Enter", "a:\n  |"),
        ("  a:  # note|", "Enter", "  a:  # note\n    |"),
        ("a: {|", "Enter", "a: {\n  |"),
        ("a: >-|", "Enter", "a: >-\n  |"),
        ("  a: 1|\nb: 2", "Enter", "  a: 1\n  |\nb: 2"),
        ("  - name: x|", "Enter", "  - name: x\n    |"),
        ("  - when:|", "Enter", "  - when:\n      |"),
        ("  - plain|", "Enter", "  - plain\n  |"),
        ("rules:\n  - a: 1\n  - |", "Enter", "rules:\n  - a: 1\n|"),
        ("a|b", "Tab", "a |b"),
        ("|a", "Tab", "  |a"),
        ("    a|", "Shift+Tab", "  a|"),
        (" a|", "Shift+Tab", "a|"),
        ("a: 1\n\n  b: 2|", "Control+a Tab", "  a: 1\n\n    b: 2|"),
        ("  a: 1\n b: 2|", "Control+a Shift+Tab", "a: 1\nb: 2|"),
    ],
)
async def test_tab_and_enter_indent_as_yaml_needs_it_and_ctrl_z_takes_it_back(
    page: Page, text: str, keys: str, expected: str
) -> None:
    field = await written(page, text)
    for key in keys.split():
        await field.press(key)
    assert await with_caret(field) == expected
    await field.press("Control+z")
    await expect(field).to_have_value(text.replace("|", ""))
    await field.press("Control+Shift+z")
    await expect(field).to_have_value(expected.replace("|", ""))


async def test_tab_leaves_the_field_after_escape(visitor: Visitor) -> None:
    page = await opened(visitor)
    field = await written(page, TEXT + "|")
    await field.press("Escape")
    await field.press("Tab")
    await expect(field).not_to_be_focused()
    await expect(field).to_have_value(TEXT)
    await field.focus()
    await field.press("Tab")
    await expect(field).to_be_focused()
    await expect(field).to_have_value(TEXT + "  ")
    await expect(field).to_have_accessible_description(re.compile("Esc Tab leave the text$"))


async def test_ctrl_z_takes_back_what_was_typed_word_by_word_completed_mended_and_opened(visitor: Visitor) -> None:
    page = await opened(visitor)
    field = await written(page, "de|")
    await field.press("Control+Space")
    await expect(field).to_have_value("description: ")
    await field.press_sequentially("one two")
    await expect(field).to_have_value("description: one two")
    for expected in ("description: one ", "description: ", "de"):
        await field.press("Control+z")
        await expect(field).to_have_value(expected)
    await field.press("Control+y")
    await expect(field).to_have_value("description: ")
    await field.press_sequentially("x")
    await field.press("Control+y")  # what was undone before is gone
    await expect(field).to_have_value("description: x")
    await page.get_by_role("button", name="full-day").click()
    await expect(field).to_have_value(SHIPPED["full-day"])
    await field.press("Control+z")
    await expect(field).to_have_value("description: x")


async def test_a_problem_is_read_at_its_line_and_mended_there(visitor: Visitor) -> None:
    page = await opened(visitor)
    field = page.get_by_label("Scenario as YAML")
    await field.fill("|" + TEXT.replace("throttle", "throtle").replace("capacity: 3", "capacty: 3"))
    await field.press("Control+Home")
    await field.press("Delete")
    await expect(page.locator("#verdict")).to_have_text(re.compile("mistake"))
    here = page.locator("#here")
    await expect(here).to_be_hidden()
    await expect(page.locator(".mark.bad .message-here").first).to_contain_text("did you mean `capacity`?")
    await field.press("F8")
    await expect(here).to_contain_text("did you mean `capacity`?")
    assert await visitor.violations() == []
    line = await page.locator(".mark.bad").first.bounding_box()
    shown = await here.bounding_box()
    assert line is not None
    assert shown is not None
    assert shown["y"] >= line["y"] + line["height"]  # it does not cover the line
    await field.press("Escape")
    await expect(here).to_be_hidden()
    await page.mouse.move(line["x"] + 200, line["y"] + 10)
    await page.mouse.move(line["x"] + 210, line["y"] + 10)
    await expect(here).to_contain_text("did you mean `capacity`?")
    await press(page, "Use capacity", within="#here")
    await expect(field).to_have_value(TEXT.replace("throttle", "throtle"))
    await expect(page.locator(".mark.bad")).to_have_count(1)
    await expect(page.locator(".mark.bad .message-here")).to_contain_text("did you mean `throttle`?")


async def test_a_draft_that_is_too_long_for_the_browser_has_a_message(visitor: Visitor) -> None:
    page = await opened(visitor)
    await page.evaluate("sessionStorage.setItem('other', 'x'.repeat(5_242_000))")
    await page.get_by_label("Scenario as YAML").fill(TEXT + "# " + "long " * 1_000)
    await expect(page.locator("#message")).to_have_text(
        "The text is too long to be kept when the page is reloaded. Download it."
    )
    await expect(page.locator("#verdict")).to_have_text("No mistakes")


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("rules:\n  - when: {|", {"operation: ", "phone: ", "service: ", "version: ", "header: "}),
        ("rules:\n  - when:\n      |", {"operation: ", "phone: ", "service: "}),
        ("rules:\n  - when:\n      operation: |", {"schedule", "cancel"}),
        ("rules:\n  - when: {operation: [schedule, |", {"cancel"}),
        ("rules:\n  - unless: {version: |", {"v1", "v3"}),
        ("rules:\n  - then: |", {"throttle", "hang"}),
        ("rules:\n  - then: {fault: |", {"throttle", "hang", "server_error"}),
        ("rules:\n  - then:\n      - |", {"throttle", "fault: "}),
        ("rules:\n  - then: [{fault: |", {"throttle", "hang"}),
        ("rules:\n  - then: {fault: throttle, |", {"retry_after: "}),
        ("services:\n  sales:\n    |", {"capacity: ", "office_hours: "}),
        ("clock: {frozen: |", {"true", "false"}),
    ],
)
async def test_keys_and_values_fit_the_place_of_the_caret(page: Page, text: str, offered: set[str]) -> None:
    field = await written(page, text)
    await field.press("Control+Space")
    await expect(page.locator("#completions")).to_be_visible()
    assert offered <= set(await page.locator("#completions code").all_text_contents())


async def test_typing_narrows_the_completions_down(page: Page) -> None:
    field = await written(page, "rules:\n  - then: {fault: |")
    await field.press("Control+Space")
    await field.press_sequentially("ser")
    await expect(page.locator("#completions code")).to_have_text(["server_error"])
    await field.press("Tab")
    await expect(field).to_have_value("rules:\n  - then: {fault: server_error")
    await expect(page.locator("#completions")).to_be_hidden()


async def test_a_very_long_line_does_not_block_the_page(page: Page) -> None:
    keys, found, milliseconds = await page.evaluate(LONG_LINE)
    assert (keys, found) == ([None, "a b", "a b"], [])
    assert milliseconds < 1_500  # the time grew with the square of the length
