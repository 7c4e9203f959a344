"""A test as it would be without the container."""

import pytest
import requests

from mockgms.client import Client


@pytest.mark.gms(clock="2026-03-02T08:55:00Z")
def test_a_callback_is_booked(gms: Client) -> None:
    requests.post(gms.v1_url("sales"), data={"_customer_number": "+14155550100"}, timeout=10).raise_for_status()
    assert [callback["phone"] for callback in gms.callbacks] == ["+14155550100"]
