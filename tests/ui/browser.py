"""A visitor: a page in a browser whose errors fail the test."""

import os
import shutil
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import ConsoleMessage, Error, Page, Request

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
ARGUMENTS = (
    "--no-sandbox",  # containers run as root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP *.test 127.0.0.1",  # pages of foreign sites
)


TRANSITIONS_HAVE_ENDED = """() => Promise.allSettled(
  document.getAnimations()
    .filter((each) => each.effect.getComputedTiming().endTime !== Infinity)
    .map((each) => each.finished)
).then(() => null)"""


def executable() -> str:
    """Return the path of Chromium. Playwright's own builds cannot be downloaded everywhere."""
    shell = "chromium-headless-shell"  # Chromium without its windows, in half the time
    names = (os.environ.get("CHROMIUM", ""), shell, "chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    assert found is not None, "there is no Chromium: scripts/setup installs it, or says how"
    return found


@dataclass
class Visitor:
    """A page, with its messages on the console and its requests.

    The browser writes to the console that a request was answered with an error. That is not an error of the page.
    """

    page: Page
    url: str
    console: list[ConsoleMessage] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._add_message)
        self.page.on("request", self._add_request)
        self.page.on("pageerror", self._add_error)

    def _add_message(self, message: ConsoleMessage) -> None:
        self.console.append(message)

    def _add_request(self, request: Request) -> None:
        self.requests.append(request)

    def _add_error(self, error: Error) -> None:
        self.broken.append(str(error))

    def leave(self) -> None:
        """Stop watching the page. It must have had no errors, and no requests to other hosts."""
        self.page.remove_listener("console", self._add_message)
        self.page.remove_listener("request", self._add_request)
        self.page.remove_listener("pageerror", self._add_error)
        assert self.errors() == []
        assert self.hosts() <= {"127.0.0.1"}

    def errors(self) -> list[str]:
        """Return the errors of the page, as the browser reports them."""
        return self.broken + [
            message.text
            for message in self.console
            if message.type == "error" and not message.text.startswith("Failed to load resource")
        ]

    def warnings(self) -> list[str]:
        """Return the warnings on the console."""
        return [message.text for message in self.console if message.type == "warning"]

    def hosts(self) -> set[str]:
        """Return every host that the page has sent a request to."""
        return set(filter(None, (urlsplit(request.url).hostname for request in self.requests)))

    async def ask(self, method: str, path: str, body: object = None) -> Any:
        """Send a request from outside the page, and return the decoded answer."""
        answer = await self.page.request.fetch(f"{self.url}{path}", method=method, data=body)
        assert answer.ok, await answer.text()
        return await answer.json()

    async def book(
        self, phone: str, *, session: str = "default", url: str = "", desired: str | None = None, **more: Any
    ) -> int:
        """Book a callback through v3 from outside the page, and return the status."""
        base = f"{url or self.url}/s/{session}" if session != "default" else url or self.url
        body = {"serviceName": "sales", "phoneNumber": phone, **more}
        if desired is not None:
            body["desiredTime"] = desired
        return (await self.page.request.post(f"{base}/engagement/v3/callbacks/create", data=body)).status

    async def violations(self, part: str = "html", *, only: str = "") -> list[str]:
        """Return the violations of accessibility that axe-core finds in a part of the page.

        With `only`, it applies one rule. It looks at colours after their transitions.
        """
        if not await self.page.evaluate("'axe' in window"):
            await self.page.evaluate(AXE)
        await self.page.evaluate(TRANSITIONS_HAVE_ENDED)
        run = "([part, more]) => axe.run(part, more).then((results) => results.violations)"
        rules = {"runOnly": [only]} if only else {}
        found = await self.page.evaluate(run, [part, {"resultTypes": ["violations"], **rules}])
        return [
            f"{violation['id']}: {node['html']}: {node['failureSummary']}"
            for violation in found
            for node in violation["nodes"]
        ]
