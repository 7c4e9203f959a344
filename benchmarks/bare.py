"""The bare server: the least that aiohttp can be asked to do, as the measure of the rest.

`python -m benchmarks.bare BODIES --port-file FILE` answers `/NAME`, any method, with the bytes of the file BODIES/NAME.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web


def answering(body: bytes) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A handler that reads nothing and answers these bytes."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    return answer


def application(bodies: Path) -> web.Application:
    """One route for each file of a folder."""
    app = web.Application()
    for file in bodies.iterdir():
        app.router.add_route("*", f"/{file.name}", answering(file.read_bytes()))
    return app


async def serve(app: web.Application, announce: Callable[[str], object]) -> None:
    """Answer until killed, after the port is announced."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    announce(str(runner.addresses[0][1]))
    await asyncio.Event().wait()


def new_event_loop() -> asyncio.AbstractEventLoop:
    """A loop of the kind that mockgms takes: uvloop's where that is installed."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=new_event_loop) as a_loop:
        a_loop.run(serve(application(Path(sys.argv[1])), Path(sys.argv[3]).write_text))
