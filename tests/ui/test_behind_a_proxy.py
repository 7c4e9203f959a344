"""A browser and its pages, with two replicas behind a proxy."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.proxies import PROXIES, spread
from tests.ui.browser import Visitor
from tests.ui.callbackservice.shop import shop, v3
from tests.ui.test_lost_connections import SEND, journal, warm

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(params=sorted(PROXIES))
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with spread(request.param, tmp_path) as wide:
        yield wide.url


async def test_the_stand_in_can_book_and_each_lost_connection_is_seen_once(visitor: Visitor) -> None:
    for session in "one", "two", "three":
        async with shop(visitor, **v3(f"{visitor.url}/s/{session}")) as page:
            booked = await page.run("schedule", {"phonenumber": "+14155550100"})
            assert (booked["settled"][0], booked["events"][0][0]) == ("done", "CallbackService.scheduled")
        assert [each["phone"] for each in await visitor.ask("GET", f"/s/{session}/__admin/callbacks")] == [
            "+14155550100"
        ]
    await warm(visitor, "disconnect")
    seen = await visitor.page.evaluate(SEND, ["POST", "a", 3])
    assert seen == [502, 502, 200]
    assert await journal(visitor, "a") == ["lost", "lost", None]  # the browser did not send it again by itself
