"""mockgms that writes down its garbage collections, as `python -m benchmarks.collected FILE serve ...`.

Each line of the file is a collection: its generation, its CPU time and its wall-clock time, in seconds.
"""

import gc
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from mockgms.cli import main


def record_collections(path: str) -> Callable[[str, Mapping[str, int]], None]:
    """Return a callback for `gc.callbacks` that writes each collection to a file at once."""
    file = Path(path).open("w", buffering=1)  # noqa: SIM115  # it stays open until the process ends
    began = (0.0, 0.0)

    def record(phase: str, info: Mapping[str, int]) -> None:
        nonlocal began
        now = (time.thread_time(), time.perf_counter())
        if phase == "start":
            began = now
        else:
            file.write(f"{info['generation']} {now[0] - began[0]:.6f} {now[1] - began[1]:.6f}\n")

    return record


if __name__ == "__main__":
    gc.callbacks.append(record_collections(sys.argv.pop(1)))
    sys.exit(main())
