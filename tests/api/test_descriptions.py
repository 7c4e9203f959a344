import pytest

from mockgms.api.descriptions import Descriptions
from mockgms.api.ges import GES
from mockgms.api.gms import GMS
from mockgms.scenario.model import Scenario
from mockgms.session import Session
from mockgms.session.journal import Entry

V1 = "/genesys/1/service/callback/sales"
DESCRIPTIONS = Descriptions([GMS, GES])


def entry(path: str, operation: str | None, body: bytes = b"") -> Entry:
    return Entry(0, "POST", path, "", {}, body, {}, operation=operation)


@pytest.mark.parametrize(
    ("entry", "asked"),
    [
        (entry(V1, "v1.schedule", b"_customer_number=+1 555"), ("schedule", "v1", "sales", "1555")),
        (entry("/callbacks/create", "v3.schedule", b"phoneNumber=1"), ("schedule", "v3", None, "1")),
    ],
)
def test_an_exchange_is_described_by_the_part_that_its_path_is_of(entry: Entry, asked: tuple[object, ...]) -> None:
    facts = DESCRIPTIONS.describe(entry, Session("default", Scenario("test", "For a test.")))
    assert facts is not None
    assert (facts.operation, facts.version, facts.service, facts.phone) == asked


def test_one_without_an_operation_asked_nothing() -> None:
    assert DESCRIPTIONS.describe(entry("/nowhere", None), Session("default", Scenario("test", "For a test."))) is None
