"""The code under test: books a callback through v1, and waits as long as it is told when it is throttled."""

import time
from collections.abc import Callable

import requests

TOO_MANY = 429


def book(url: str, phone: str, *, wait: Callable[[float], object] = time.sleep) -> str:
    """The id of the callback; `url` is the `dataURL` of a service. `wait` is told the seconds."""
    while True:
        answer = requests.post(url, data={"_customer_number": phone}, timeout=10)
        if answer.status_code != TOO_MANY:
            break
        wait(float(answer.headers["Retry-After"]))
    answer.raise_for_status()
    id: str = answer.json()["_id"]
    return id
