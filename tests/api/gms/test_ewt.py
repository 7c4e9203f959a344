from collections.abc import Callable

import pytest

from mockgms.domain.hours import EVERY_DAY, OfficeHours, WeeklySpan
from tests.api.gms.api import Answer, Api, bad_parameter, unknown_service
from tests.messages import HAS_NUL, NAME_TOO_LONG, TOO_MANY_NAMES

V1 = "/genesys/1/service/ewt-for-vq"
V2 = "/genesys/2/ewt/ewt2"


def test_v1_returns_the_wait_of_one_queue_in_seconds(api: Api) -> None:
    for _ in range(2):
        api.book()
    assert api.get(V1, name="sales", aqt="urs2") == Answer(200, {"ewt": 180})


def test_v1_returns_the_wait_of_each_of_several_queues(api: Api) -> None:
    api.book()
    assert api.get(V1, name="sales,support") == Answer(200, {"sales": {"ewt": 120}, "support": {"ewt": -1}})


@pytest.mark.parametrize(
    "names", [["sales", "support"], "sales, support", [" sales,,", "support"], ["sales", "support,sales"]]
)
def test_queues_are_named_with_commas_or_by_a_repeated_parameter(api: Api, names: str | list[str]) -> None:
    api.book()
    for path, parameter in ((V1, "name"), (V2, "vq")):
        assert api.get(path, **{parameter: names}) == Answer(200, {"sales": {"ewt": 120}, "support": {"ewt": -1}})


@pytest.mark.parametrize(
    ("names", "waits"), [("sales", {"sales": 120}), ("sales,support", {"sales": 120, "support": -1})]
)
def test_v2_returns_the_wait_of_each_queue(api: Api, names: str, waits: dict[str, int]) -> None:
    api.book()
    assert api.get(V2, vq=names) == Answer(200, {name: {"ewt": wait} for name, wait in waits.items()})


def test_the_wait_of_a_closed_service_is_minus_one(open_api: Callable[..., Api]) -> None:
    api = open_api({"hours": OfficeHours((WeeklySpan(EVERY_DAY, 9 * 60, 10 * 60),))})
    api.book()
    assert api.get(V1, name="sales") == Answer(200, {"ewt": -1})


@pytest.mark.parametrize(
    ("names", "mistake"),
    [
        ({}, "is required"),
        ("", "is required"),
        (",", "is required"),
        (f"sales,{'x' * 256}", NAME_TOO_LONG),
        ("a\0", HAS_NUL),
        ("a," * 201, TOO_MANY_NAMES),
    ],
)
def test_invalid_queue_names_are_refused_under_the_name_of_the_parameter(
    api: Api, names: str | dict[str, str], mistake: str
) -> None:
    for path, parameter in ((V1, "name"), (V2, "vq")):
        params = names if isinstance(names, dict) else {parameter: names}
        assert api.get(path, **params) == bad_parameter(f"{parameter} {mistake}")


def test_an_unknown_service_is_refused(open_api: Callable[..., Api]) -> None:
    api = open_api(fallback=None)
    assert api.get(V1, name="sales,support") == unknown_service("support")
