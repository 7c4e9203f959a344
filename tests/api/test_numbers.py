"""Phone numbers as people write them: how they are stored, and which rules they match."""

import asyncio
from urllib.parse import urlencode

import pytest

from mockgms.domain.service import NumberChecks, Service
from mockgms.http.messages import Request
from mockgms.scenario.conditions import PhoneCondition
from mockgms.scenario.faults.server_error import ServerError
from mockgms.scenario.model import Scenario
from mockgms.scenario.patterns import parse_phone
from mockgms.scenario.rules import Rule
from tests.live import dispatcher_of

FORM = {"content-type": "application/x-www-form-urlencoded"}
PATHS = {
    "/genesys/1/service/callback/sales": "_customer_number",
    "/callbacks/create": "phoneNumber",
}


def book(path: str, number: str, country: str | None = None, rule: str | None = None) -> tuple[int, list[str]]:
    """Return the status of a booking, and the numbers that are stored."""
    sales = Service("sales", numbers=NumberChecks(country))
    rules = () if rule is None else (Rule("r", (ServerError(),), (PhoneCondition((parse_phone(rule),)),)),)
    dispatcher = dispatcher_of(Scenario("test", "For a test.", services={"sales": sales}, rules=rules))
    body = urlencode({PATHS[path]: number, "serviceName": "sales"}).encode()
    status = asyncio.run(dispatcher.answer(Request("POST", path, "", FORM, body))).status
    return status, [each.number for each in dispatcher.sessions.get("default").bookings.all_callbacks()]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "number",
    [
        "+33123456789",
        "+33 1 23 45 67 89 ext. 12",
        "tel:+33-1-23-45-67-89;ext=12",
        "\uff0b\uff13\uff13\uff11\uff12\uff13",
        "+33\u20111\u201123",
        "\u202a+33123456789\u202c",
    ],
)
def test_a_number_is_stored_as_it_was_sent(path: str, number: str) -> None:
    assert book(path, number) == (200, [number])


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("number", ["++33123456789", "+33123456789x", "1+2"])
def test_a_text_that_is_not_a_number_is_refused_and_not_stored(path: str, number: str) -> None:
    assert book(path, number) == (400, [])


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("number", "country", "rule"),
    [
        ("(415) 555-0100", "US", "+1415*"),
        ("(415) 555-0100", "US", "415*"),
        ("+1 415 555 0100", "US", "+14155550100"),
        ("+1 415 555 0100", None, "+1 (415) 555\u20110100"),
        ("\uff0b\uff11 415 555 0100", None, "+1415*"),
        ("\u202a+14155550100\u202c", None, "+14155550100"),
        ("tel:+1-415-555-0100", None, "+1415*"),
    ],
)
def test_a_rule_matches_a_number_as_it_was_sent_or_with_its_country_code(
    path: str, number: str, country: str | None, rule: str
) -> None:
    assert book(path, number, country, rule)[0] == 500


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("country", "rule"), [(None, "+1415*"), ("US", "+1416*"), ("FR", "+1415*")])
def test_a_rule_does_not_match_another_number(path: str, country: str | None, rule: str) -> None:
    assert book(path, "(415) 555-0100", country, rule)[0] == 200


def test_a_number_has_the_country_code_of_its_service_alone() -> None:
    services = {"sales": Service("sales"), "vente": Service("vente", numbers=NumberChecks("FR"))}
    rule = Rule("r", (ServerError(),), (PhoneCondition((parse_phone("+33*"),)),))
    dispatcher = dispatcher_of(Scenario("test", "For a test.", services=services, rules=(rule,)))
    requests = [
        Request("POST", f"/genesys/1/service/callback/{name}", "", FORM, b"_customer_number=0123456789")
        for name in services
    ]
    assert [asyncio.run(dispatcher.answer(request)).status for request in requests] == [200, 500]
