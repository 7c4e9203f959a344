"""The examples of the README, run against a live server."""

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
from aiohttp import ClientSession

from mockgms.app import assemble, listen
from mockgms.scenario.catalog import Catalog
from tests.docs.markdown import README, ROOT, blocks

BLOCKS = blocks(README)
ADDRESS = "localhost:8080"


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """Where a server listens that was started as the README says."""
    catalog = Catalog()
    runner, port = await listen(assemble(catalog.named("default"), catalog), "127.0.0.1", 0)
    yield f"127.0.0.1:{port}"
    await runner.stop()


async def run(command: str, address: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *("sh", "-c", command.replace(ADDRESS, address).replace("curl ", "curl -s ")), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    return output.decode()


def status_and_body(answer: str) -> tuple[str, object]:
    head, _, body = answer.replace("\r\n", "\n").partition("\n\n")
    return head.partition("\n")[0], json.loads(body)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="the examples are requests of curl")
async def test_every_request_is_answered_as_shown(address: str) -> None:
    shown = 0
    for block, following in pairwise(BLOCKS):
        if block.text.startswith("curl ") and "https:" not in block.text:
            answer = await run(block.text, address)
            if following.language == "http":
                assert status_and_body(answer) == status_and_body(following.text)
                shown += 1
            elif following.language == "plain":
                assert answer.split() == following.text.split()
                shown += 1
    assert shown == sum(block.language in ("http", "plain") for block in BLOCKS)


async def test_the_widget_gets_through_with_each_configuration(address: str) -> None:
    urls, waits = [], []
    for block in BLOCKS:
        if block.language == "js":
            settings = dict(re.findall(r"(\w+): '([^']+)'", block.text.replace(ADDRESS, address)))
            url = settings["dataURL"]
            # What the widget adds to it.
            if "widgets.stats" in block.text:
                query = {"v1": "?name=sales&aqt=urs2", "v2": "/ewt2?vq=sales", "v3": "?virtual-queues=sales&mode=mode2"}
                waits.append(url + query[settings["apiVersion"]])
            elif settings["apiVersion"] == "v1":
                urls += [(url, f"{url}/availability")]
            else:
                urls += [(f"{url}/create", f"{url}/availability/{settings['serviceName']}")]
    assert (len(urls), len(waits)) == (2, 3)
    async with ClientSession() as client:
        for book, availability in urls:
            fields = {"_customer_number": "4155550100", "serviceName": "sales", "phoneNumber": "4155550100"}
            async with client.post(book, data=fields) as answer:
                assert answer.status == 200
            async with client.get(availability) as answer:
                assert answer.status == 200
        for wait in waits:
            async with client.get(wait) as answer:
                assert answer.status == 200


def test_no_example_sends_a_plus_sign_that_means_a_blank() -> None:
    page = README + (ROOT / "docs" / "recipes.md").read_text()
    commands = [block.text for block in blocks(page) if block.language == "sh"]
    assert [each for each in commands if re.search(r"(-d|--data) '?[^' ]*=\+|[?&][^ '\"]*\+", each)] == []


@pytest.mark.parametrize("text", [block.text for block in BLOCKS if block.text.startswith("description:")])
def test_every_scenario_loads(text: str) -> None:
    assert Catalog().parse(text).warnings == ()
