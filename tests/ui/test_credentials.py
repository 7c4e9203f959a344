"""Pages of other origins that send requests with credentials, in a browser."""

import pytest
from playwright.async_api import Browser

from tests.ui.foreign import ForeignSite

pytestmark = pytest.mark.asyncio(loop_scope="session")

_SEND = """
async (url) => {
  const options = { credentials: 'include', headers: { 'Content-Type': 'application/json', apikey: 'KEY-1' } };
  const body = JSON.stringify({ _customer_number: '+14155550100' });
  const booked = await fetch(url, { ...options, method: 'POST', body });
  const slots = await fetch(`${url}/availability`, options);
  const refused = await fetch(`${url}x/y/z`, options);
  return [booked.status, slots.status, refused.status];
}
"""


async def test_a_page_of_another_origin_may_send_requests_with_credentials(browser: Browser, url: str) -> None:
    site = ForeignSite(url)
    runner = await site.start()
    context = await browser.new_context()
    try:
        page = await context.new_page()
        await page.goto(f"{site.url}/")
        assert await page.evaluate(_SEND, f"{url}/genesys/1/service/callback/sales") == [200, 200, 404]
    finally:
        await context.close()
        await runner.cleanup()
