"""The examples in the documentation: commands run against a live server, and files are checked by their kind."""

import asyncio
import json
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import ClientSession

from mockgms.app import assemble, listen
from mockgms.scenario.catalog import Catalog
from tests.docs.markdown import PAGES, ROOT, Block, all_blocks, blocks

ADDRESS = "localhost:8080"
# The beginnings of commands that are not run here, with the test that covers each.
ELSEWHERE = {
    "cd examples/": "tests/docs/test_example_programs.py",
    "curl --cacert ": "tests/server/test_tls.py",
    "curl --insecure ": "tests/server/test_tls.py",
    "docker ": "scripts/check-image",
    "haproxy ": "tests/deploy/test_proxies.py",
    "java examples/": "tests/docs/test_example_programs.py",
    "kubectl ": "tests/deploy/test_manifests.py",
    "mockgms coverage --fail-under 80 --replicas ": "tests/deploy/test_proxies.py",
    "mockgms ctl coverage --replicas ": "tests/deploy/test_proxies.py",
    "mockgms ctl metrics --replicas ": "tests/deploy/test_proxies.py",
    "mockgms ctl sessions --replicas ": "tests/deploy/test_proxies.py",
    "mockgms serve ": "tests/test_cli.py",
    "node --test examples/": "tests/docs/test_example_programs.py",
    "pip install ": "tests/test_wheel.py",
    "pip wheel ": "tests/test_wheel.py",
    "scripts/serve": "tests/test_cli.py",
}
_SETTINGS = {
    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    "PYTEST_ADDOPTS": "-p mockgms.pytest_plugin -p no:cacheprovider",
}


def commands(block: Block) -> Iterator[str]:
    """Yield the commands of a block, each with its continuation lines."""
    command = ""
    for line in block.text.splitlines(keepends=True):
        command += line
        if command.count("'") % 2 == 0 and not line.endswith(("\\\n", "|\n")):
            yield command
            command = ""
    assert command == "", "the last command of a block has no end"


def is_run(command: str) -> bool:
    return not command.startswith(tuple(ELSEWHERE))


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """Return the address of a server that is started as the README says."""
    catalog = Catalog()
    runner, port = await listen(assemble(catalog.named("default"), catalog), "127.0.0.1", 0)
    yield f"127.0.0.1:{port}"
    await runner.stop()


async def run(command: str, folder: Path, address: str) -> str:
    """Run the commands of a block in a folder, and return their output. Raises AssertionError if one fails."""
    script = command.replace(ADDRESS, address).replace("curl ", "curl -s ")
    process = await asyncio.create_subprocess_exec(
        *("sh", "-ec", script),
        cwd=folder,
        env={**os.environ, **_SETTINGS, "MOCKGMS_URL": f"http://{address}"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, f"{command}\n{output.decode()}"
    return output.decode()


def parsed(answer: str) -> tuple[str, set[str], object]:
    """Return the status line, the headers and the body of an answer."""
    head, _, body = answer.replace("\r\n", "\n").partition("\n\n")
    status, *headers = head.split("\n")
    return status, set(headers), json.loads(body)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="many examples are requests of curl")
@pytest.mark.parametrize("page", [name for name, text in PAGES.items() if blocks(text, "sh")])
async def test_each_command_of_a_page_runs_and_prints_what_the_page_shows(
    page: str, address: str, tmp_path: Path
) -> None:
    shown = 0
    found = blocks(PAGES[page])
    for block, following in pairwise([*found, Block("", "", "")]):
        if block.title:
            (tmp_path / block.title).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / block.title).write_text(block.text)
        if block.language == "sh" and all(map(is_run, commands(block))):
            output = await run(block.text, tmp_path, address)
            if following.language == "http":
                status, headers, body = parsed(following.text)
                assert (status, body) == parsed(output)[::2]
                assert headers <= parsed(output)[1]
                shown += 1
            elif following.language == "plain":
                assert output.split() == following.text.split()
                shown += 1
    assert shown == len(blocks(PAGES[page], "http", "plain"))


def test_the_commands_of_a_block_are_either_all_run_here_or_all_elsewhere() -> None:
    for block in all_blocks("sh"):
        assert len({is_run(command) for command in commands(block)}) == 1, block.text


def test_commands_that_are_not_run_here_are_on_a_page_and_have_a_test() -> None:
    found = [command for block in all_blocks("sh") for command in commands(block)]
    assert [start for start in ELSEWHERE if not any(command.startswith(start) for command in found)] == []
    assert [test for test in ELSEWHERE.values() if not (ROOT / test).is_file()] == []


def test_no_example_sends_an_unescaped_plus_sign() -> None:
    sent = [block.text for block in all_blocks("sh") if "curl" in block.text]
    assert [each for each in sent if re.search(r"(-d|--data) '?[^' ]*=\+|[?&][^ '\"]*\+", each)] == []


@pytest.mark.parametrize("page", [name for name, text in PAGES.items() if blocks(text, "js")])
async def test_the_urls_of_each_widget_configuration_answer_200(page: str, address: str) -> None:
    urls, waits = [], []
    for block in blocks(PAGES[page], "js"):
        settings = dict(re.findall(r"(\w+): '([^']+)'", block.text.replace(ADDRESS, address)))
        url = settings["dataURL"]
        # The widget adds these paths and queries.
        if "widgets.stats" in block.text:
            query = {"v1": "?name=sales&aqt=urs2", "v2": "/ewt2?vq=sales", "v3": "?virtual-queues=sales&mode=mode2"}
            waits.append(url + query[settings["apiVersion"]])
        elif settings["apiVersion"] == "v1":
            urls += [(url, f"{url}/availability")]
        else:
            urls += [(f"{url}/create", f"{url}/availability/{settings['serviceName']}")]
    assert (len(urls), len(waits)) == ((2, 1) if page == "README.md" else (2, 3))
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


YAML = all_blocks("yaml")
SCENARIOS = [block.text for block in YAML if "\ndescription:" in f"\n{block.text}"]


@pytest.mark.parametrize("text", SCENARIOS)
def test_each_scenario_loads_without_warnings(text: str) -> None:
    assert Catalog().parse(text).warnings == ()


def others() -> list[dict[str, Any]]:
    """Return the YAML of other tools. The examples for Kubernetes have tests in `tests/deploy`."""
    texts = [block.text for block in YAML if block.text not in SCENARIOS and "apiVersion: " not in block.text]
    return [yaml.safe_load(text) for text in texts]


def test_other_yaml_has_only_known_top_level_keys() -> None:
    # YAML 1.1 reads `on` as true.
    known = {"services", "secrets", "components", "depends_on", "permissions", "test", "jobs", "on", True}
    assert [each for each in others() if not each.keys() <= known] == []


def test_a_compose_file_depends_only_on_its_own_services() -> None:
    composed = [each["services"] for each in others() if "services" in each]
    for services in composed:
        awaited = {name for service in services.values() for name in service.get("depends_on", ())}
        assert awaited <= services.keys()
        assert services.keys() > {"mockgms"}
    assert composed


def test_each_json_file_is_valid() -> None:
    assert [json.loads(block.text) for block in all_blocks("json") if block.title]


JAVASCRIPT = all_blocks("javascript", "js")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
async def test_all_javascript_has_valid_syntax(tmp_path: Path) -> None:
    for number, block in enumerate(JAVASCRIPT):
        (tmp_path / f"{number}.mjs").write_text(block.text)
    await run("".join(f"node --check {number}.mjs\n" for number in range(len(JAVASCRIPT))), tmp_path, ADDRESS)


RUNNING = [block.text for block in JAVASCRIPT if "fetch(" in block.text and not block.title]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
@pytest.mark.parametrize("text", RUNNING)
async def test_javascript_without_packages_runs(text: str, address: str, tmp_path: Path) -> None:
    (tmp_path / "example.mjs").write_text(text.replace(ADDRESS, address))
    output = await run("node example.mjs", tmp_path, address)
    for printed in re.findall(r"// (\d+ '\d+')$", text, re.MULTILINE):
        assert output == printed.replace("'", "") + "\n"


def test_each_page_is_in_the_navigation_of_the_site() -> None:
    navigation = re.findall(r"^ +- .*: (\S+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE)
    assert sorted(f"docs/{page}" for page in navigation) == sorted(set(PAGES) - {"README.md"})


def test_the_readme_has_at_most_200_lines() -> None:
    assert len(PAGES["README.md"].splitlines()) <= 200
