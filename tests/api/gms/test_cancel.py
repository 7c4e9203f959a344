from collections.abc import Callable

from mockgms.domain.capacity import Capacity
from mockgms.domain.instants import HOUR
from mockgms.domain.service import Lifecycle
from tests.api.conftest import NOW
from tests.api.gms.api import CALLBACK, Answer, Api, unknown_callback, unknown_service, wrong_state


def test_a_cancel_completes_the_callback_and_frees_its_seat(open_api: Callable[..., Api]) -> None:
    api = open_api({"capacity": Capacity(1)})
    id = api.book(at=NOW + HOUR)
    assert api.call("DELETE", f"{CALLBACK}/sales/{id}", discard_ors_failure="true") == Answer(200, {})
    assert api.record(id)["_callback_state"] == "COMPLETED"
    api.book(at=NOW + HOUR)


def test_a_cancel_of_an_unknown_id_is_refused(api: Api) -> None:
    assert api.call("DELETE", f"{CALLBACK}/sales/x") == unknown_callback("x")


def test_a_cancel_under_another_service_is_refused(api: Api) -> None:
    id = api.book()
    assert api.call("DELETE", f"{CALLBACK}/support/{id}") == unknown_callback(id)


def test_a_completed_callback_cannot_be_cancelled(api: Api) -> None:
    id = api.book()
    api.call("DELETE", f"{CALLBACK}/sales/{id}")
    assert api.call("DELETE", f"{CALLBACK}/sales/{id}") == wrong_state(id, "COMPLETED")


def test_a_callback_in_processing_cannot_be_cancelled(open_api: Callable[..., Api]) -> None:
    api = open_api({"lifecycle": Lifecycle(queued=0, routing=0)})
    id = api.book()
    assert api.call("DELETE", f"{CALLBACK}/sales/{id}") == wrong_state(id, "PROCESSING")


def test_a_cancel_for_an_unknown_service_is_refused(open_api: Callable[..., Api]) -> None:
    api = open_api(fallback=None)
    assert api.call("DELETE", f"{CALLBACK}/support/x") == unknown_service("support")
