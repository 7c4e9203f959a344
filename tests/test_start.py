"""The start of a command: it imports only the modules that the command needs."""

import json
import subprocess
import sys

import pytest

RUN = """
import gc, json, sys
from mockgms.__main__ import main
sys.argv = ["mockgms", *{arguments}]
try:
    main()
except SystemExit:
    pass
print(json.dumps([gc.isenabled(), *sys.modules]))
"""
# The imports and objects of `serve` before it listens, without the web server itself.
SERVE = """
import json, sys
import mockgms.cli
from mockgms.api import admin
from mockgms.api.dispatcher import Dispatcher
from mockgms.api.ges import GES
from mockgms.api.gms import GMS
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.watching import Watch
from mockgms.session import Sessions
from mockgms.ui import UI, documentation
catalog = Catalog()
scenario = catalog.load("default")
sessions = Sessions(scenario)
Watch(catalog, scenario)
admin_api = admin.api(catalog, sessions, (GMS, GES), Dispatcher(sessions, (GMS, GES)).dry_run)
Dispatcher(sessions, (GMS, admin_api, documentation.api(admin_api), UI, GES))
print(json.dumps([True, *sys.modules]))
"""
OF_SERVE = {"aiohttp", "asyncio", "mockgms.api", "mockgms.session", "mockgms.ui"}
OF_CLIENTS = {"email", "http.client", "mockgms.client", "ssl"}
OF_FILES = {"mockgms.scenario.yaml_reader", "yaml"}
FOR_SOME = {"cryptography", "faker", "generator", "phonenumbers", "prometheus_client", "re2", "trustme"}
FOR_MISTAKES = {"difflib", "importlib.resources", "statistics", "tempfile"}


def loaded(program: str) -> tuple[bool, set[str]]:
    """Run a program, and return whether garbage is collected after it, and the modules that it has loaded."""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    collects, *modules = json.loads(ran.stdout.splitlines()[-1])
    return collects, set(modules)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "left_out"),
    [
        (["--version"], OF_SERVE | OF_CLIENTS | OF_FILES | FOR_SOME | FOR_MISTAKES | {"mockgms.scenario", "msgspec"}),
        (["ctl", "clock", "--url", "http://127.0.0.1:9"], OF_SERVE | OF_FILES | FOR_SOME | {"mockgms.scenario"}),
        (["check", "scenarios/default.yaml"], OF_SERVE | OF_CLIENTS | OF_FILES | FOR_SOME | FOR_MISTAKES),
        (["check", "scenarios/office-hours.yaml"], OF_SERVE | OF_CLIENTS | FOR_SOME | FOR_MISTAKES),
    ],
    ids=["version", "ctl", "check of the default scenario", "check of another scenario"],
)
def test_a_command_imports_only_what_it_needs(arguments: list[str], left_out: set[str]) -> None:
    _, modules = loaded(RUN.format(arguments=arguments))
    assert modules & left_out == set()
    assert "mockgms.cli" in modules


@pytest.mark.slow
def test_serve_imports_no_web_server_parser_or_client_before_it_listens() -> None:
    left_out = {"aiohttp", "email", "http.client", "mockgms.client", *OF_FILES, *FOR_SOME, *FOR_MISTAKES}
    assert loaded(SERVE)[1] & left_out == set()


@pytest.mark.slow
def test_garbage_collection_is_enabled_in_a_command_and_in_a_ready_server() -> None:
    assert loaded(RUN.format(arguments=["check", "scenarios/default.yaml"]))[0]
    ready = "import gc; gc.disable(); from mockgms import app; app.tune_collections(); print(gc.isenabled())"
    ran = subprocess.run([sys.executable, "-c", ready], capture_output=True, text=True, check=True)
    assert ran.stdout == "True\n"
