"""The npm package, as a project that has installed it uses it."""

import inspect
import json
import re
import socket
import subprocess
from base64 import b64decode
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from mockgms import __version__
from mockgms.client import Client
from mockgms.client.expectations import Expected
from mockgms.client.journal_text import render_exchange
from tests.docs.markdown import blocks
from tests.javascript.conftest import CLIENT, LONGEST, ROOT, environment, run
from tests.ui.browser import executable

VITEST = ("node", "node_modules/vitest/vitest.mjs", "run", f"--testTimeout={LONGEST * 1_000}")
NAMES = """
import { Client } from 'mockgms';
const names = new Set();
for (let each = Client.prototype; each !== Object.prototype; each = Object.getPrototypeOf(each)) {
  Object.getOwnPropertyNames(each).forEach((name) => names.add(name));
}
console.log(JSON.stringify([...names, ...Object.keys(new Client('http://localhost'))]));
"""
RENDER = """
import { connect, renderExchange } from 'mockgms';
const requests = await connect(process.env.URL).requests();
console.log(JSON.stringify(requests.map(renderExchange)));
"""
# Each refusal of an unknown option ends with the known ones.
KNOWN_OPTIONS = """
import { connect } from 'mockgms';
const gms = connect('http://127.0.0.1:2');
const unknown = { '?': 1 };
const calls = {
  newSession: () => gms.newSession(unknown),
  use: () => gms.use('default', unknown),
  arm: () => gms.arm('throttle', {}, unknown),
  slots: () => gms.slots('sales', unknown),
  move: () => gms.move('1', 'COMPLETED', unknown),
  fill: () => gms.fill('2026-03-02T10:00:00Z', 'sales', unknown),
  requests: () => gms.requests('schedule', unknown),
  verify: () => gms.verify('schedule', unknown),
  coverage: () => gms.coverage(unknown),
};
const known = {};
for (const [name, call] of Object.entries(calls)) {
  await call().catch(({ message }) => {
    known[name] = message.split('there are: ')[1].slice(0, -1).split(', ').sort();
  });
}
console.log(JSON.stringify(known));
"""
VERIFY = """
import { connect } from 'mockgms';
await connect(process.env.URL).verify('cancel', { exactly: 2 }).catch(({ message }) => console.log(message));
"""


def in_camel_case(name: str) -> str:
    return re.sub("_([a-z0-9])", lambda match: match[1].upper(), name)


def script(project: Path, text: str, **variables: str) -> str:
    return run(["node", "--input-type=module", "--eval", text], project, 0, **variables).stdout


def test_the_package_has_the_version_of_the_server_and_no_dependencies() -> None:
    package = json.loads((CLIENT / "package.json").read_text())
    assert package["version"] == __version__
    assert not {"dependencies", "optionalDependencies", "bundledDependencies"} & package.keys()


def test_the_package_has_sources_types_and_the_license_but_no_tests(project: Path) -> None:
    installed = project / "node_modules" / "mockgms"
    files = {str(file.relative_to(installed)) for file in installed.rglob("*") if file.is_file()}
    sources = {file.stem for file in (CLIENT / "src").glob("*.js")}
    types = sources | {"api", "cypress-types", "openapi", "public"}
    assert files == {
        *("package.json", "README.md", "LICENSE", "bin/mockgms.js"),
        *(f"src/{name}.js" for name in sources),
        *(f"types/{name}.d.ts" for name in types),
    }


def test_the_client_has_the_methods_of_the_client_in_python(project: Path) -> None:
    found = {name for name in json.loads(script(project, NAMES)) if not name.startswith("_")}
    python = {in_camel_case(name) for name in dir(Client) if not name.startswith("_")}
    # `fetch` has no connection that a client could close. In Python, `id` is set in the constructor.
    assert found - {"constructor"} == python - {"close"} | {"id"}


def test_the_options_are_the_keywords_in_python(project: Path) -> None:
    methods = dict(inspect.getmembers(Client, inspect.isfunction))
    python = {
        in_camel_case(name): {
            in_camel_case(each.name.rstrip("_"))
            for each in inspect.signature(method).parameters.values()
            if each.kind is each.KEYWORD_ONLY
        }
        for name, method in methods.items()
        if not name.startswith("_")
    }
    python["newSession"].add("id")  # the first argument in Python
    python["verify"] |= set(map(in_camel_case, get_type_hints(Expected)))
    python["arm"] -= {"for"}  # a key of the rule, with an underscore in Python only
    assert json.loads(script(project, KNOWN_OPTIONS)) == {name: sorted(each) for name, each in python.items() if each}


def test_a_failed_verification_is_rendered_as_in_python(project: Path, url: str) -> None:
    with Client(url) as mock:
        gms = mock.new_session(clock="2026-03-02T08:55:00Z")
        for count in range(2):
            with pytest.raises(AssertionError) as failed:
                gms.verify("cancel", exactly=2)
            assert ("\n" in str(failed.value), "came to this session" in str(failed.value)) == (True, count == 0)
            assert script(project, VERIFY, URL=gms.base_url) == f"{failed.value}\n"
            script(project, "await fetch(process.env.URL)", URL=f"{gms.v1_url('sales')}/availability")
        gms.forget()


def test_the_journal_is_rendered_as_in_python(project: Path, url: str) -> None:
    with Client(url) as mock:
        gms = mock.new_session(clock="2026-03-02T08:55:00Z")
        gms.arm({"fault": "respond", "status": 502, "body": "<h1>Bad</h1>"}, when={"phone": "+14155550102"})
        gms.fill("2026-03-02T10:00:00Z", "sales")
        requests: list[dict[str, Any]] = [
            {"_desired_time": "2026-03-02T10:00:00.000Z"},
            {"note": "a\u202eb \x1b[0m  c\u2028d \U0001f600\U000e0001"},
            {"_desired_time": "soon", "nested": {"a": [1, None, "é,\n: "], "b": {}, "c": []}},
            {"_desired_time": "soon", "long": "\U0001f600" * 200},
        ]
        for number, fields in enumerate(requests):
            body = json.dumps({"_customer_number": f"+1415555010{number}", **fields})
            post = "await fetch(process.env.URL, { method: 'POST', body: process.env.BODY })"
            script(project, post, URL=gms.v1_url("sales"), BODY=body)
        python = list(map(render_exchange, gms.requests()))
        assert len(python) == len(requests)
        assert json.loads(script(project, RENDER, URL=gms.base_url)) == python
        gms.forget()


def test_every_method_works_in_node(project: Path) -> None:
    done = run(["node", "--test", "--test-reporter=tap", *sorted((project / "test").glob("*.test.js"))], project)
    assert "# fail 0\n" in done.stdout


@pytest.fixture(scope="session")
def examples(project: Path) -> Path:
    """The folder of the examples in the README of the package."""
    folder = project / "examples"
    for block in blocks((CLIENT / "README.md").read_text()):
        if block.language == "js":
            comment, _, text = block.text.partition("\n")
            file = folder / comment.removeprefix("// ")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    return folder


def test_a_project_in_typescript_compiles(project: Path, examples: Path) -> None:
    options = "--strict --noEmit --allowJs --checkJs --skipLibCheck --target es2022 --module nodenext --types node"
    files = [file for folder in (project / "test", examples) for file in folder.rglob("*.[jt]s")]
    assert len(files) > len(list(examples.rglob("*.js"))) > 0
    run([ROOT / "node_modules" / ".bin" / "tsc", *options.split(), *files], project)


def test_a_page_in_typescript_compiles_without_the_types_of_node(project: Path) -> None:
    (project / "page.ts").write_text(
        "import { connect } from 'mockgms';\n"
        "export const ids: Promise<string[]> = connect('x').callbacks().then((all) => all.map(({ id }) => id));\n"
    )
    options = {"strict": True, "noEmit": True, "types": [], "target": "es2022", "lib": ["es2022", "dom"]}
    modules = {"module": "esnext", "moduleResolution": "bundler"}
    (project / "page.json").write_text(json.dumps({"compilerOptions": options | modules, "files": ["page.ts"]}))
    run([ROOT / "node_modules" / ".bin" / "tsc", "--project", "page.json"], project)


def test_the_examples_of_the_readme_pass(project: Path, examples: Path, url: str) -> None:
    assert "# pass 1\n" in run(["node", "--test", "--test-reporter=tap", examples / "booking.test.js"], project).stdout
    assert "1 passed" in run([*VITEST, "--root", examples, "calendar"], project, MOCKGMS_URL=url).stdout


PAGE = """<button>10:00</button><p role="alert"></p><script>
  document.querySelector('button').onclick = async () => {
    const body = JSON.stringify({ _customer_number: '4155550100', _desired_time: '2026-03-02T10:00:00.000Z' });
    const answer = await fetch('/genesys/1/service/callback/sales', { method: 'POST', body });
    document.querySelector('p').textContent = answer.ok ? 'booked' : 'taken';
  };
</script>"""


def test_the_example_for_playwright_passes_with_a_page_of_its_own_server(
    project: Path, examples: Path, tmp_path: Path
) -> None:
    config = (examples / "playwright.config.js").read_text()
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    browser = {"executablePath": executable(), "args": ["--no-sandbox"]}
    own = {
        "5173": str(port),
        "npm run dev": "node shop.mjs",
        "use: {": f"use: {{ launchOptions: {json.dumps(browser)},",
    }
    for old, new in own.items():
        assert old in config
        config = config.replace(old, new)
    (examples / "shop.mjs").write_text(
        "import { createServer } from 'node:http';\n"
        f"createServer((_, answer) => answer.end({json.dumps(PAGE)})).listen({port}, 'localhost');\n"
    )
    (examples / "playwright.config.js").write_text(config)
    command = ["node", "../node_modules/@playwright/test/cli.js", "test", "--output", str(tmp_path)]
    assert "1 passed" in run(command, examples).stdout


BUNDLE: list[str | Path] = [
    ROOT / "node_modules" / ".bin" / "esbuild",
    "--bundle",
    "--platform=browser",
    "--format=esm",
]


def test_a_bundler_for_browsers_finds_no_module_of_node(project: Path) -> None:
    (project / "page.js").write_text("import { connect, start } from 'mockgms';\nstart().catch(() => connect('x'));\n")
    assert "node:" not in run([*BUNDLE, "page.js"], project).stdout


def test_a_bundler_keeps_the_commands_of_cypress_and_leaves_out_what_a_page_does_not_use(project: Path) -> None:
    (project / "e2e.js").write_text("import 'mockgms/cypress/support';\n")
    assert "Cypress.Commands.add" in run([*BUNDLE, "e2e.js"], project).stdout
    (project / "unused.js").write_text("import 'mockgms';\n")
    assert "fetch" not in run([*BUNDLE, "unused.js"], project).stdout


def test_playwright_gives_each_test_a_session_and_attaches_its_journal_to_a_failure(
    project: Path, tmp_path: Path
) -> None:
    command = ["node", "node_modules/@playwright/test/cli.js", "test", "--config", "test/runners"]
    done = run(command, project, status=1, CHROMIUM=executable(), RESULTS=str(tmp_path))
    report = json.loads(done.stdout)
    [suite] = report["suites"]
    results = {spec["title"]: spec["tests"][0]["results"][0] for spec in suite["specs"]}
    assert {title: result["status"] for title, result in results.items()} == {
        "a page of this machine books in the session of the test": "passed",
        "a page of this machine meets a broken connection": "passed",
        "a page from elsewhere books in the session of the test": "passed",
        "a page from elsewhere meets a broken connection": "passed",
        "a pattern of its own with the flag g forwards each request": "passed",
        "the page meets a full slot": "passed",
        "the API is tested by baseURL": "passed",
        "a page controls its session, and a reason that the browser hides is in its console": "passed",
        "this one fails": "failed",
    }
    assert [result["attachments"] for result in results.values() if result["status"] == "passed"] == [[]] * 8
    journal = next(each for each in results["this one fails"]["attachments"] if each["name"].startswith("requests to "))
    assert re.fullmatch(
        r"#1  \S+  POST /genesys/1/service/callback/sales _customer_number=\S+ _desired_time=\S+ -> 200",
        b64decode(journal["body"]).decode(),
    )


def test_the_server_of_playwright_may_start_for_longer_than_a_test(project: Path) -> None:
    options = "import { fixtures } from 'mockgms/playwright'; console.log(JSON.stringify(fixtures.mockgms[1]));"
    assert json.loads(script(project, options)) == {"scope": "worker", "timeout": 0}


def test_vitest_gives_each_test_a_session_and_prints_its_journal_after_a_failure(project: Path, tmp_path: Path) -> None:
    done = run([*VITEST, "--root", "test/runners"], project, status=1, RESULTS=str(tmp_path))
    assert re.search(r"Tests +1 failed \| 2 passed \(3\)", done.stdout)
    assert re.search(
        r"^requests to mockgms, session this-one-fails-\w+\n#1  \S+  POST \S+/sales _customer_number=\S+ -> 200\n",
        done.stderr,
        re.MULTILINE,
    )


def test_npx_starts_a_server_that_a_signal_stops(project: Path) -> None:
    with subprocess.Popen(
        ["/usr/bin/env", "npx", "--offline", "mockgms", "--port", "0"],
        cwd=project,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as npx:
        assert npx.stdout is not None
        assert npx.stdout.readline().startswith(f"mockgms {__version__} at http://localhost:")
        npx.terminate()
        npx.communicate(timeout=LONGEST)  # returns when the server, which has the same output, has ended


def test_the_command_passes_other_arguments_on(project: Path) -> None:
    assert run(["npx", "--offline", "mockgms", "--version"], project).stdout == f"mockgms {__version__}\n"
    run(["npx", "--offline", "mockgms", "check", "missing.yaml"], project, status=1)


def test_without_mockgms_uvx_and_docker_the_message_says_what_to_install(project: Path) -> None:
    node = run(["node", "--print", "process.execPath"], project).stdout.strip()
    command = [node, "node_modules/mockgms/bin/mockgms.js"]
    done = run(command, project, status=2, PATH=str(project / "node_modules" / ".bin"))
    assert done.stderr == (
        "mockgms: found neither mockgms nor uvx nor docker in PATH: install one of them (`pip install mockgms`), or "
        "name the command: start({ command: ['python', '-m', 'mockgms'] })\n"
    )


def test_uvx_is_preferred_to_docker_and_programs_of_npm_are_passed_over(project: Path, tmp_path: Path) -> None:
    for name in ("uvx", "docker"):
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\necho {name} "$@"\n')
        program.chmod(0o755)
    node = run(["node", "--print", "process.execPath"], project).stdout.strip()
    command = [node, "node_modules/mockgms/bin/mockgms.js", "--port", "8090"]
    path = f"{project / 'node_modules' / '.bin'}:{tmp_path}"
    assert run(command, project, PATH=path).stdout == f"uvx --from mockgms=={__version__} mockgms serve --port 8090\n"
    (tmp_path / "uvx").unlink()
    assert run(command, project, PATH=path).stdout == (
        f"docker run --rm --interactive --publish 127.0.0.1:8090:8080 ghcr.io/mockgms/mockgms:{__version__} serve\n"
    )


def test_a_download_that_fails_says_how_to_do_without(project: Path, tmp_path: Path) -> None:
    uvx = tmp_path / "uvx"
    uvx.write_text("#!/bin/sh\necho error: no network >&2\nexit 2\n")
    uvx.chmod(0o755)
    node = run(["node", "--print", "process.execPath"], project).stdout.strip()
    start = "import { start } from 'mockgms'; await start().catch(({ message }) => console.log(message));"
    assert run([node, "--input-type=module", "--eval", start], project, PATH=str(tmp_path)).stdout == (
        f"the mockgms server did not start ({uvx}): error: no network\n"
        "Install mockgms, so that nothing has to be downloaded: pip install mockgms\n"
    )


STARTING = """
import { once } from 'node:events';
import { start } from 'mockgms';
console.log((await start()).url);
await once(process.stdin, 'data');
process.stdin.destroy();
"""


@pytest.mark.parametrize(("then", "status"), [("", 0), ("process.exit(3);", 3), ("process.kill(process.pid, 9);", -9)])
def test_the_server_ends_when_the_process_that_started_it_ends_in_any_way(
    project: Path, then: str, status: int
) -> None:
    with subprocess.Popen(
        ["/usr/bin/env", "node", "--input-type=module", "--eval", STARTING + then],
        cwd=project,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as node:
        assert node.stdout is not None
        port = int(node.stdout.readline().rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=LONGEST) as client:
            node.communicate("end\n", timeout=LONGEST)
            assert node.returncode == status
            assert client.recv(1) == b""  # the server has closed its connections
