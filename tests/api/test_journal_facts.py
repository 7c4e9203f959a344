import pytest

from mockgms.api.ges import GES
from mockgms.api.gms import GMS
from mockgms.api.journal_facts import JournalFacts
from mockgms.scenario.model import Scenario
from mockgms.session import Session
from mockgms.session.journal import Entry

V1 = "/genesys/1/service/callback/sales"
FACTS = JournalFacts([GMS, GES])


def entry(path: str, operation: str | None, body: bytes = b"") -> Entry:
    return Entry(0, "POST", path, "", {}, body, {}, operation=operation)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (entry(V1, "v1.schedule", b"_customer_number=+1 555"), ("schedule", "v1", "sales", "1555")),
        (entry("/callbacks/create", "v3.schedule", b"phoneNumber=1"), ("schedule", "v3", None, "1")),
    ],
)
def test_the_facts_of_a_journal_entry_come_from_the_api_of_its_path(entry: Entry, expected: tuple[object, ...]) -> None:
    facts = FACTS.of(entry, Session("default", Scenario("test", "For a test.")))
    assert facts is not None
    assert (facts.operation, facts.version, facts.service, facts.phone) == expected


def test_a_journal_entry_without_an_operation_has_no_facts() -> None:
    assert FACTS.of(entry("/nowhere", None), Session("default", Scenario("test", "For a test."))) is None
