import pytest

from mockgms.domain.refusals import Failure
from mockgms.scenario.faults.server_error import ServerError
from tests.scenario.faults.recording import Recording


@pytest.mark.parametrize(
    ("fault", "status", "message"),
    [
        (ServerError(), 500, "Internal Server Error"),
        (ServerError(503), 503, "Service Unavailable"),
        (ServerError(599), 599, "Server Error"),
        (ServerError(503, "Down for repairs"), 503, "Down for repairs"),
    ],
)
async def test_a_server_error_is_a_failure_with_its_status_and_message(
    fault: ServerError, status: int, message: str
) -> None:
    with pytest.raises(Failure) as refused:
        await fault.apply(Recording())
    assert vars(refused.value) == {"status": status, "message": message}
