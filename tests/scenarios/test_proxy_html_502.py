from aiohttp import ClientResponse

from tests.scenarios.api import DAY, Api

PAGE = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"


async def check(response: ClientResponse) -> None:
    headers = response.headers["Content-Type"], response.headers["X-Mockgms-Rule"]
    assert (response.status, *headers, await response.text()) == (502, "text/html", "bad-gateway", PAGE)


async def test_every_call_is_answered_with_the_page_of_a_proxy(api: Api) -> None:
    await check(await api.schedule())
    await check(await api.list_slots(DAY))
    assert await api.booked() == []
