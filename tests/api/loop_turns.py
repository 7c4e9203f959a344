"""How often others have their turn on the event loop while a request is answered."""

import asyncio
from typing import Final

from mockgms.api.exchange import Exchange
from mockgms.http.messages import Reply, Request

AT_ONCE: Final = 1  # how often the loop comes round for what is done at once


async def turns_of_others(exchange: Exchange, request: Request) -> tuple[int, Reply]:
    """How often the loop came round while a request was answered."""
    answering = asyncio.create_task(exchange.answer(request))
    turns = 0
    while not answering.done():
        turns += 1
        await asyncio.sleep(0)
    return turns, await answering
