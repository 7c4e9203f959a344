"""Load: wrk on a core of its own, over keep-alive."""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 32
BOOK = Path(__file__).with_name("book.lua")


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


def drive(url: str, form: str | None, seconds: int, core: int) -> Load:
    """Ask one URL for some seconds: by GET, or with bookings in one of the forms of book.lua.

    Raises RuntimeError when any answer is missing or not a 2xx.
    """
    script = () if form is None else ("--script", str(BOOK))
    rest = () if form is None else ("--", form)
    size = ("--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s")
    command = ("taskset", "--cpu-list", str(core), "wrk", *size, *script, url, *rest)
    text = subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds + 30).stdout
    rate = re.search(r"Requests/sec: +([\d.]+)", text)
    requests = re.search(r"(\d+) requests in", text)
    if rate is None or requests is None or "Non-2xx" in text or "Socket errors" in text:
        raise RuntimeError(f"{url} did not bear the load:\n{text}")
    return Load(float(rate[1]), int(requests[1]))
