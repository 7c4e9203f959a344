"""Waiting until a server is ready, a clock shows a time, or a callback has a state."""

import argparse
import time
from collections.abc import Callable
from typing import Any, Final

from mockgms.client import Client
from mockgms.domain.callback import State
from mockgms.domain.instants import SECOND, parse_instant
from mockgms.domain.quoting import quoted
from mockgms.scenario.text_forms import parse_duration

_PAUSE: Final = 0.1  # seconds between two attempts


def waiting_time(text: str) -> float:
    """Parse the longest time to wait, a duration such as 30s, and return it in seconds. Raises ArgumentTypeError."""
    try:
        return parse_duration(text) / SECOND
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def wait_until(ask: Callable[[], Any], longest: float, wanted: str, found: Callable[[], str] = lambda: "") -> Any:
    """Call a function until its result is true, and return the result. Raises AssertionError after `longest` seconds.

    `wanted` is the beginning of the error message, and `found` returns its end.
    """
    result = poll(ask, longest)
    if not result:
        raise AssertionError(f"{wanted} within {longest:g} s{found()}")
    return result


def poll(ask: Callable[[], Any], longest: float) -> Any:
    """Call a function until its result is true, for at most `longest` seconds. Return its last result."""
    end = time.monotonic() + longest
    while not (result := ask()) and time.monotonic() < end:
        time.sleep(_PAUSE)
    return result


def wait_ready(client: Client, options: argparse.Namespace) -> Any:
    """Wait until the server answers."""
    return wait_until(lambda: client.is_ready and {"ready": True}, options.timeout, "The server was not ready")


def wait_clock(client: Client, options: argparse.Namespace) -> Any:
    """Wait until the clock of the session shows a time, and return the clock.

    Raises ValueError for an invalid time, or for a time that a frozen clock will not reach.
    """
    wanted = parse_instant(options.time)
    clock = client.clock
    if clock["frozen"] and parse_instant(clock["now"]) < wanted:
        raise ValueError(
            f"the clock is frozen at {clock['now']}, so it will not reach {options.time}: unfreeze it first"
        )

    def reached() -> Any:
        clock = client.clock
        return parse_instant(clock["now"]) >= wanted and clock

    return wait_until(reached, options.timeout, f"The clock did not reach {options.time}")


def wait_callback(client: Client, options: argparse.Namespace) -> Any:
    """Wait until a callback has a state, and return the callback. Raises ValueError for an unknown state."""
    if options.state not in tuple(State):
        raise ValueError(f"{quoted(options.state)} is not the state of a callback: the states are {', '.join(State)}")

    def callback() -> Any:
        return next((each for each in client.callbacks if each["id"] == options.id), None)

    def moved() -> Any:
        each = callback()
        return each if each and each["state"] == options.state else None

    def found() -> str:
        each = callback()
        if each is None:
            return ": there is no such callback"
        return f": it is {each['state']}{', and the clock is frozen' if client.clock['frozen'] else ''}"

    wanted = f"The callback {options.id} did not become {options.state}"
    return wait_until(moved, options.timeout, wanted, found)
