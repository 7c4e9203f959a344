"""Count the turns of the event loop while a request is answered."""

import asyncio
from typing import Final

from mockgms.api.dispatcher import Dispatcher
from mockgms.http.messages import Reply, Request

AT_ONCE: Final = 1  # turns of the loop for a request that is answered in one step


async def turns_of_others(dispatcher: Dispatcher, request: Request) -> tuple[int, Reply]:
    """Return the number of turns of the loop until a request was answered, and the answer."""
    answering = asyncio.create_task(dispatcher.answer(request))
    turns = 0
    while not answering.done():
        turns += 1
        await asyncio.sleep(0)
    return turns, await answering
