"""Load: wrk on a core of its own, over keep-alive."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 32
BOOK = Path(__file__).with_name("book.lua")
LIFE = Path(__file__).with_name("life.lua")
LATENCY = Path(__file__).with_name("latency.lua")


@dataclass(frozen=True)
class Load:
    """What wrk got: requests a second, and how many were answered in all."""

    rate: float
    requests: int


def check_tools() -> None:
    """End the program when wrk or taskset is missing."""
    for tool, package in (("wrk", "wrk"), ("taskset", "util-linux")):
        if shutil.which(tool) is None:
            sys.exit(f"The benchmark needs {tool} (Debian, Ubuntu: apt-get install {package}).")


def cores() -> tuple[int, int]:
    """The core of the servers and that of the load. Ends the program when there is but one."""
    available = sorted(os.sched_getaffinity(0))
    if len(available) == 1:
        sys.exit("The benchmark needs two cores: one for the servers, one for the load.")
    return available[0], available[-1]


def drive(url: str, form: str | None, seconds: int, core: int) -> Load:
    """Ask one URL for some seconds: by GET, or with bookings in one of the forms of book.lua.

    Raises RuntimeError when any answer is missing or not a 2xx.
    """
    text = _wrk(url, seconds, core, None) if form is None else _wrk(url, seconds, core, BOOK, form)
    rate = re.search(r"Requests/sec: +([\d.]+)", text)
    requests = re.search(r"(\d+) requests in", text)
    if rate is None or requests is None or "Non-2xx" in text or "Socket errors" in text:
        raise RuntimeError(f"{url} did not bear the load:\n{text}")
    return Load(float(rate[1]), int(requests[1]))


def live(url: str, seconds: int, core: int, sent: int) -> int:
    """Send the requests of life.lua after the first `sent` for some seconds. Return how many were answered or refused.

    Raises RuntimeError when any answer is missing.
    """
    text = _wrk(url, seconds, core, LIFE, str(sent))
    requests = re.search(r"(\d+) requests in", text)
    if requests is None or "Socket errors" in text:
        raise RuntimeError(f"{url} did not bear the load:\n{text}")
    return int(requests[1])


def latencies(url: str, form: str | None, seconds: int, core: int, connections: int) -> dict[str, float]:
    """Ask one URL as `drive` does, and return the latency in milliseconds at `50`, `99` and `99.9` percent and `max`.

    Raises RuntimeError when any answer is missing or not a 2xx.
    """
    arguments = () if form is None else (form,)
    text = _wrk(url, seconds, core, LATENCY, *arguments, connections=connections)
    if "Non-2xx" in text or "Socket errors" in text:
        raise RuntimeError(f"{url} did not bear the load:\n{text}")
    return {name: int(size) / 1000 for name, size in re.findall(r"^latency (\S+): (\d+)$", text, re.MULTILINE)}


def _wrk(
    url: str, seconds: int, core: int, script: Path | None, *arguments: str, connections: int = CONNECTIONS
) -> str:
    """What wrk prints."""
    scripted = () if script is None else ("--script", str(script))
    size = ("--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s", "--timeout", "30s")
    command = ("taskset", "--cpu-list", str(core), "wrk", *size, *scripted, url, "--", *arguments)
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds + 30).stdout
