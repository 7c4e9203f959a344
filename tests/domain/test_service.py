import gc
from dataclasses import replace
from datetime import date
from sys import getsizeof
from zoneinfo import ZoneInfo

import pytest

from mockgms.domain.allowance import SERVICE, Allowance
from mockgms.domain.capacity import Capacity
from mockgms.domain.hours import OfficeHours
from mockgms.domain.instants import MINUTE, SECOND
from mockgms.domain.refusals import UnknownService
from mockgms.domain.service import Booked, Lifecycle, NumberChecks, Preset, Service, Services, Wait


def test_a_service_has_these_defaults() -> None:
    assert Service() == Service(
        name="*",
        timezone=ZoneInfo("UTC"),
        time_bucket=15,
        capacity=Capacity(5),
        hours=OfficeHours(),
        horizon=None,
        execution_buffer=120 * SECOND,
        refuse_immediate_when_closed=False,
        max_queued=None,
        max_in_queue=None,
        throttles=(),
        per_number_per_day=None,
        numbers=NumberChecks(country=None, refuse_impossible=False, refuse_premium=False),
        lifecycle=Lifecycle(queued=None, routing=None, processing=None),
        wait=Wait(60 * SECOND),
        lookup_keys=(),
        booked=None,
    )


def test_a_service_has_the_slots_of_its_settings() -> None:
    service = Service("sales", timezone=ZoneInfo("Asia/Kolkata"), time_bucket=60, capacity=Capacity(2))
    first, second, *_ = service.grid.day(date(2026, 3, 2)).slots
    assert (first.total, second.start - first.start) == (2, 60 * MINUTE)
    assert service.grid is service.grid


def test_a_service_with_another_time_bucket_has_other_slots() -> None:
    service = Service("sales")
    assert len(service.grid.day(date(2026, 3, 2)).slots) == 96
    assert len(replace(service, time_bucket=120).grid.day(date(2026, 3, 2)).slots) == 12


def test_provisioned_services_with_the_same_slots_share_one_grid() -> None:
    fallback = Service(timezone=ZoneInfo("Asia/Kolkata"), capacity=Capacity(7))
    one, other = Services({}, fallback).get("sales"), Services({}, replace(fallback, horizon=SECOND)).get("support")
    assert one.grid is other.grid
    assert one.grid is not replace(one, time_bucket=60).grid


def test_a_listed_service_is_found_by_its_name() -> None:
    sales = Service("sales", time_bucket=30)
    assert Services({"sales": sales}, Service()).get("sales") is sales


def test_any_other_name_is_provisioned_on_first_use_and_kept() -> None:
    services = Services({}, Service(time_bucket=30))
    provisioned = services.get("Übung/1 🙂")
    assert provisioned == Service("Übung/1 🙂", time_bucket=30)
    assert services.get("Übung/1 🙂") is provisioned


def test_listed_services_come_before_provisioned_ones() -> None:
    services = Services({"sales": Service("sales")}, Service())
    services.get("support")
    assert [service.name for service in services] == ["sales", "support"]


def test_a_service_can_be_provisioned_during_an_iteration() -> None:
    services = Services({"sales": Service("sales")}, Service())
    for service in services:
        services.get(f"{service.name}-too")
    assert [service.name for service in services] == ["sales", "sales-too"]


def test_without_a_fallback_an_unlisted_name_is_refused() -> None:
    services = Services({"sales": Service("sales")}, None)
    with pytest.raises(UnknownService) as refused:
        services.get("support")
    assert refused.value.service == "support"
    assert [service.name for service in services] == ["sales"]


def test_peek_returns_a_service_without_provisioning_it() -> None:
    sales = Service("sales", time_bucket=30)
    services = Services({"sales": sales}, Service(time_bucket=60))
    assert services.peek("sales") is sales
    assert services.peek("support") == Service("support", time_bucket=60)
    assert [service.name for service in services] == ["sales"]


@pytest.mark.slow
def test_the_slots_of_a_provisioned_service_are_kept_after_its_session() -> None:
    fallback = Service(timezone=ZoneInfo("Asia/Kathmandu"), capacity=Capacity(11))
    day = Services({}, fallback).get("sales").grid.day(date(2026, 3, 2))
    gc.collect()
    assert Services({}, fallback).get("support").grid.day(date(2026, 3, 2)) is day


def test_a_provisioned_service_takes_bytes_once_including_its_name() -> None:
    allowance = Allowance()
    services = Services({"sales": Service("sales")}, Service(), allowance)
    for name in ("sales", "s" * 1_000, "s" * 1_000):
        services.get(name)
        services.peek("support")
    assert allowance.used == SERVICE + getsizeof("s" * 1_000)


@pytest.mark.parametrize(
    ("fallback", "has_prefilled"),
    [
        (None, False),
        (Service(), False),
        (Service(booked=Booked(0.5, 1)), True),
        (Service(slots=(Preset(0, closed=True),)), True),
    ],
)
def test_has_prefilled_is_true_if_unlisted_services_have_generated_or_preset_slots(
    fallback: Service | None, *, has_prefilled: bool
) -> None:
    listed = {"sales": Service("sales", slots=(Preset(0, free=1),))}
    assert Services(listed, fallback).has_prefilled is has_prefilled
