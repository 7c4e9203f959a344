"""The journal of the start page, in a browser."""

import asyncio
import subprocess

import pytest
from playwright.async_api import Locator, expect

from tests.ui.browser import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = '<img src=x onerror="window.broken = true">'
AVAILABILITY = "/genesys/1/service/callback/sales/availability"


def entries(visitor: Visitor) -> Locator:
    return visitor.page.locator("#journal > li")


async def opened(visitor: Visitor, url: str = "/") -> None:
    await visitor.page.goto(url)
    await expect(visitor.page.locator("#live")).to_have_text("live")


async def test_a_request_is_shown_within_a_second_with_its_number_masked(visitor: Visitor) -> None:
    await opened(visitor)
    await visitor.book("+14155550123")
    await expect(entries(visitor)).to_have_count(1, timeout=1_000)
    await expect(entries(visitor)).to_have_text("08:55:00200v3.schedule +1415***0123 /engagement/v3/callbacks/create")
    await expect(visitor.page.locator("#no-requests")).to_be_hidden()


async def test_somebody_makes_the_next_booking_fail_and_finds_out_why_it_did(visitor: Visitor) -> None:
    page = visitor.page
    await opened(visitor)
    magic = page.locator("#rules li").first
    await expect(magic).to_contain_text(
        "slot_conflict · when operation schedule, phone +140055501[0-9][0-9] or 140055501"
    )
    await page.get_by_label("meets").select_option("a server error (503)")
    await page.get_by_role("button", name="Arm it").click()
    await expect(page.locator("#notice")).to_have_text("Armed: the next booking meets a server error (503), once.")
    assert await visitor.book("+14155550123") == 503
    await expect(entries(visitor).locator(".rule")).to_have_text("rule next-1")
    await entries(visitor).locator("summary").first.click()
    await expect(page.locator("#rules li").first).to_contain_text("matched once, fired once")
    assert await visitor.book("+14155550123") == 200


async def test_what_a_request_says_is_shown_as_text(visitor: Visitor) -> None:
    page = visitor.page
    await opened(visitor)
    booking = {"service": "sales", "phone": HOSTILE, "desired_time": "2026-03-02T09:00Z", "properties": {"a": HOSTILE}}
    await visitor.ask("POST", "/__admin/callbacks", booking)
    await visitor.book(HOSTILE, **{HOSTILE: HOSTILE})
    await visitor.ask("GET", f"/genesys/1/service/callback/sales/availability?a={HOSTILE}")
    await visitor.ask("POST", "/__admin/rules", {"name": "x", "when": {"phone": HOSTILE}, "then": {"fault": "hang"}})
    await expect(page.locator("#callbacks .phone")).to_have_text(HOSTILE)
    await expect(page.locator("#callbacks .properties")).to_contain_text(HOSTILE)
    await expect(page.locator("#rules li").first).to_contain_text(HOSTILE)
    await expect(entries(visitor)).to_have_count(2)
    for line in await entries(visitor).locator("> details > summary").all():
        await line.click()
    await page.locator("#grid .slot.taken").click()
    await expect(page.locator("#slot-callbacks .phone")).to_have_text(HOSTILE)
    await expect(page.get_by_role("region", name="Request", exact=True)).to_have_count(2)
    assert await page.evaluate("window.broken") is None
    assert await page.locator("main img").count() == 0


async def test_entries_are_filtered(visitor: Visitor) -> None:
    page = visitor.page
    await opened(visitor)
    await visitor.book("+14155550123")
    await visitor.book("+14005550101")
    await visitor.book("+15005550101")
    await visitor.ask("GET", AVAILABILITY)
    await expect(page.locator("#journal-count")).to_have_text("(4)")
    shown = entries(visitor).locator("visible=true")
    await page.get_by_label("Operation").select_option("v1.availability")
    await expect(shown).to_have_count(1)
    await expect(page.locator("#journal-count")).to_have_text("(1 of 4)")
    await page.get_by_label("Operation").select_option("")
    for kind, status in (("refused (4xx)", "400"), ("failed (5xx)", "500")):
        await page.get_by_label("Answer", exact=True).select_option(kind)
        await expect(shown.locator(".status")).to_have_text(status)
    await page.get_by_label("Answer", exact=True).select_option("by a rule")
    await expect(shown).to_have_count(2)
    await page.get_by_label("Answer", exact=True).select_option("successful")
    for text in ("0123", "+1 415 555 0123"):  # the middle of which is masked
        await page.get_by_label("Text").fill(text)
        await expect(shown.locator(".phone")).to_have_text("+1415***0123")
    await page.get_by_label("Text").fill("nothing like it")
    await expect(page.locator("#none-fits")).to_be_visible()


async def test_a_request_without_an_answer_is_shown_too(visitor: Visitor) -> None:
    await opened(visitor)
    host, port = visitor.url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, port)
    # A booking that is never answered.
    writer.write(
        b"POST /engagement/v3/callbacks/create HTTP/1.1\r\nHost: localhost\r\nContent-Length: 44\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        b"serviceName=sales&phoneNumber=%2B14085550101"
    )
    await expect(entries(visitor).locator(".status")).to_have_text("none")
    writer.close()
    shown = entries(visitor).locator("visible=true")
    for kind, count in (("lost or late", 1), ("successful", 0)):
        await visitor.page.get_by_label("Answer", exact=True).select_option(kind)
        await expect(shown).to_have_count(count)


async def test_a_request_is_copied_as_a_command_that_sends_it_again(visitor: Visitor) -> None:
    page = visitor.page
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await opened(visitor, "/s/one/")
    await visitor.book("+14155550123", session="one", userData={"name": "it's me"})
    await entries(visitor).locator("summary").first.click()
    await page.get_by_role("button", name="Copy as curl").click()
    await expect(page.locator("#notice")).to_have_text("Copied.")
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"curl -i \\\n  '{visitor.url}/s/one/engagement/v3/callbacks/create' \\\n  -H ")
    again = await asyncio.to_thread(subprocess.run, ["/bin/sh", "-c", copied], capture_output=True, text=True)
    assert again.stdout.startswith("HTTP/1.1 200 OK")
    callbacks = await visitor.ask("GET", "/s/one/__admin/callbacks")
    assert [(each["phone"], each["properties"]) for each in callbacks] == [("+14155550123", {"name": "it's me"})] * 2


async def test_it_is_emptied(visitor: Visitor) -> None:
    await opened(visitor)
    await visitor.book("+14155550123")
    await visitor.page.get_by_role("button", name="Clear").click()
    await expect(entries(visitor)).to_have_count(0)
    await expect(visitor.page.locator("#no-requests")).to_be_visible()


async def test_a_thousand_entries_are_shown_and_only_those_in_sight_are_drawn(visitor: Visitor) -> None:
    page = visitor.page
    await asyncio.gather(*(visitor.ask("GET", AVAILABILITY) for _ in range(1_010)))
    await opened(visitor)
    await expect(entries(visitor)).to_have_count(1_000)
    await visitor.ask("GET", f"{AVAILABILITY}?start=2026-03-03T00:00:00Z")
    await expect(entries(visitor).first).to_contain_text("start=2026-03-03")
    await expect(entries(visitor)).to_have_count(1_000)
    styles = await page.evaluate(
        "[...document.querySelectorAll('#journal > li')].map((entry) => getComputedStyle(entry).contentVisibility)"
    )
    assert set(styles) == {"auto"}
    slowest = await page.evaluate(
        """async () => {
          const list = document.getElementById('journal');
          const frames = [];
          for (let top = 0; top < list.scrollHeight; top += 500) {
            list.scrollTop = top;
            frames.push(await new Promise(requestAnimationFrame));
          }
          const pauses = frames.slice(1).map((at, index) => at - frames[index]).sort((one, other) => one - other);
          return pauses[Math.floor(pauses.length / 2)];
        }"""
    )
    assert slowest < 100  # milliseconds from one frame to the next, in half of them: 17 on an idle machine
