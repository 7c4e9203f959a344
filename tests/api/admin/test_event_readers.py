"""Readers of events: which events they get, where they resume, and how many are allowed."""

import pytest

from mockgms.session.event_bus import READERS
from tests.api.admin.streaming import AT, EVENTS, V1, reading, send
from tests.live import Client
from tests.messages import NOT_A_FLAG


async def test_a_reset_restarts_the_ids_of_requests_but_not_those_of_events(client: Client) -> None:
    async with reading(client) as events:
        await send(client, "GET", f"{V1}/availability")
        await send(client, "POST", "/__admin/reset")
        await send(client, "GET", f"{V1}/availability")
        received = [(await events.next(), events.id.rpartition("-")[2]) for _ in range(3)]
        assert [(name, data.get("id"), id) for (name, data), id in received] == [
            ("exchange", 1, "1"),
            ("change", None, "2"),
            ("exchange", 1, "3"),
        ]


async def test_a_reader_of_a_session_gets_no_events_of_other_sessions(client: Client) -> None:
    async with reading(client, f"/s/one{EVENTS}") as events:
        await send(client, "GET", f"/s/two{V1}/availability")
        await send(client, "GET", f"/s/one{V1}/availability")
        assert (await events.next())[1]["session"] == "one"


async def test_a_reader_of_all_sessions_gets_events_of_new_and_forgotten_sessions(client: Client) -> None:
    async with reading(client, f"{EVENTS}?sessions=all") as events:
        await send(client, "GET", f"/s/two{V1}/availability")
        await send(client, "DELETE", "/__admin/sessions/two")
        received = [await events.next() for _ in range(3)]
        assert [(name, data["session"], data.get("did")) for name, data in received] == [
            ("change", "two", "made"),
            ("exchange", "two", None),
            ("change", "two", "forgotten"),
        ]
        assert received[0][1] == {"session": "two", "at": AT, "what": "session", "did": "made", "scenario": "test"}


async def test_a_reader_keeps_its_connection_when_its_session_is_forgotten_and_created_again(client: Client) -> None:
    async with reading(client, f"/s/one{EVENTS}") as events:
        await send(client, "DELETE", "/__admin/sessions/one")
        await send(client, "PUT", "/__admin/sessions/one")
        assert [(await events.next())[1]["did"] for _ in range(2)] == ["forgotten", "made"]


async def test_a_reader_that_reconnects_gets_the_events_that_it_missed(client: Client) -> None:
    async with reading(client) as events:
        await send(client, "GET", f"{V1}/availability")
        await events.next()
        seen = events.id
    await send(client, "POST", "/__admin/reset")
    async with reading(client, since=seen) as events:
        assert (await events.next())[1]["did"] == "reset"


async def test_a_reader_with_an_event_id_of_another_server_gets_a_missed_event(client: Client) -> None:
    async with reading(client, since="4711-3") as events:
        assert await events.next() == ("missed", {"events": None})


async def test_a_reader_beyond_the_limit_of_a_session_is_refused(client: Client) -> None:
    readers = [await client.get(EVENTS) for _ in range(READERS)]
    async with client.get(EVENTS) as refused:
        assert refused.status == 503
        assert await refused.json() == {
            "message": f"The session 'default' has {READERS} readers of events already: close one."
        }
    async with reading(client, f"/s/other{EVENTS}"):
        pass
    for reader in readers:
        reader.close()


async def test_a_reader_beyond_the_limit_of_all_sessions_is_refused(client: Client) -> None:
    readers = [await client.get(f"{EVENTS}?sessions=all") for _ in range(READERS)]
    async with client.get(f"{EVENTS}?sessions=all") as refused:
        assert await refused.json() == {
            "message": f"All sessions together have {READERS} readers of events already: close one."
        }
    for reader in readers:
        reader.close()


@pytest.mark.parametrize(
    ("query", "message", "field"),
    [
        (
            "sessions=some",
            "sessions must be `all`, or omitted for the session of the path",
            "sessions",
        ),
        ("unmasked=maybe", f"unmasked {NOT_A_FLAG} 'maybe'", "unmasked"),
    ],
)
async def test_an_invalid_parameter_is_refused(client: Client, query: str, message: str, field: str) -> None:
    async with client.get(f"{EVENTS}?{query}") as refused:
        assert (refused.status, await refused.json()) == (400, {"message": message, "field": field})


async def test_a_head_request_gets_only_the_head(client: Client) -> None:
    async with client.head(EVENTS) as response:
        assert (response.status, response.content_type) == (200, "text/event-stream")
