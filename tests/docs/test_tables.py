"""The tables of the documentation, compared with the code."""

import asyncio
import re
from typing import Any

import msgspec
import pytest

from generator.generate import RULES
from generator.rows import add_rows
from generator.tables import TABLES, insert_tables
from mockgms.api import admin
from mockgms.api.dispatcher import Dispatcher
from mockgms.api.ges import GES
from mockgms.api.gms import GMS
from mockgms.cli import main
from mockgms.http.messages import Request
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.declarations import keys_of
from mockgms.scenario.facts import OPERATIONS, VERSIONS
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.field_types import Field, shown
from mockgms.scenario.gms_options import OPTIONS
from mockgms.scenario.model import Scenario
from mockgms.scenario.rulebook import Conditions, RuleSettings
from mockgms.scenario.rules import Rule
from mockgms.session import Sessions
from mockgms.session.verification.checks import BookedOnce, NoEarlyRetry, Order, RequestCount
from mockgms.ui import documentation, pages
from tests.docs.markdown import FIDELITY, PAGES, ROOT, SITE, codes, rows
from tests.live import dispatcher_of

SESSIONS = Sessions(Scenario("test", "For a test."))
ADMIN = admin.api(Catalog(), SESSIONS, (GMS, GES), Dispatcher(SESSIONS, (GMS, GES)).dry_run)
DOCUMENTATION = documentation.api(ADMIN)


def test_the_metrics_are_those_that_the_server_has() -> None:
    dispatcher = dispatcher_of(Scenario("test", "For a test."))
    asyncio.run(dispatcher.answer(Request("GET", "/callbacks/open-for/sales")))
    text = asyncio.run(dispatcher.answer(Request("GET", "/__admin/metrics"))).body.decode()
    kinds = dict(re.findall("^# TYPE (mockgms_.*) (.*)$", text, re.MULTILINE))
    found = {
        name: (kind, set(re.findall(r"(\w+)=", _first_sample(text, name))) - {"le"}) for name, kind in kinds.items()
    }
    metrics = rows(PAGES["docs/reference/admin.md"], "Metric")
    assert {codes(row[0])[0]: (row[1], set(codes(row[2]))) for row in metrics} == found


def _first_sample(text: str, name: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(name))


def documented(heading: str) -> list[str]:
    """Return the names in the first column of the tables with this heading."""
    return [codes(row[0])[0] for row in rows(SITE, heading)]


def operations(*apis: Any) -> set[str]:
    """Return the routes of some APIs, each under the first base path of its API."""
    return {f"{route.method} {api.bases[0]}{route.pattern}".rstrip("/") for api in apis for route in api.routes}


def test_the_table_of_endpoints_has_each_endpoint_and_nothing_else() -> None:
    assert sorted(documented("Endpoint")) == sorted(operations(GMS, GES, ADMIN, DOCUMENTATION))


def test_the_table_of_pages_has_each_page_and_nothing_else() -> None:
    assert sorted(documented("Page")) == sorted([*(page.path for page in pages.PAGES), "/__admin/docs/"])


def test_the_page_on_fidelity_has_a_heading_for_each_operation() -> None:
    headings = [code for line in FIDELITY.splitlines() if line.startswith("### ") for code in codes(line)]
    assert sorted(headings) == sorted(operations(GMS, GES))


def test_each_fact_on_the_page_on_fidelity_names_its_source() -> None:
    names = {name for source, *_ in rows(FIDELITY, "Source") for name in source.split(", ")}
    facts = " ".join(FIDELITY.partition("\n## All operations\n")[2].split())
    sources = re.findall(r"\b[Vv]erified\b|\b[Dd]ocumented\b", facts)
    named = re.findall(r"\b(?:[Vv]erified|[Dd]ocumented) \(([^)]+)\)", facts)
    assert len(named) == len(sources)
    of_the_table = {name for each in named if not each.startswith(("RFC ", "WHATWG")) for name in each.split(", ")}
    assert of_the_table == names


def test_the_page_on_fidelity_lists_the_options_of_gms_that_mockgms_acts_on() -> None:
    acted_on, _, others = FIDELITY.partition("\n## Options of GMS\n")[2].partition("\nNot acted on")
    assert sorted(codes(acted_on)) == sorted(OPTIONS)
    assert set(codes(others)) & set(OPTIONS) == set()


def test_the_table_of_scenarios_has_each_scenario_and_nothing_else() -> None:
    assert sorted(documented("Scenario")) == sorted(file.stem for file in (ROOT / "scenarios").glob("*.yaml"))


def shown_default(field: Field) -> str:
    if field.is_required:
        return "required"
    default = field.written(field.default)
    return "none" if default in (None, {}) else f"`{shown(default)}`"


@pytest.mark.parametrize("page", PAGES)
def test_the_generated_tables_of_a_page_are_up_to_date(page: str) -> None:
    assert insert_tables(PAGES[page]) == PAGES[page], f"{page} is out of date: run scripts/generate"


@pytest.mark.parametrize("name", TABLES)
def test_each_generated_table_is_on_one_page(name: str) -> None:
    assert SITE.count(f"<!-- {name}: made by scripts/generate -->\n") == 2


def test_the_meaning_of_each_setting_is_a_sentence() -> None:
    for name, _, meaning, *_ in rows(SITE, "Key"):
        assert meaning.endswith("."), name


def rule_default(field: msgspec.structs.FieldInfo) -> str | None:
    """Return the default as the table shows it, or None for conditions, whose default is a sentence."""
    if field.required:
        return "required"
    if field.default in (msgspec.NODEFAULT, msgspec.UNSET):
        return None
    return "none" if field.default is None else f"`{field.default}`"


def test_the_table_of_rule_keys_has_each_key_with_its_default() -> None:
    table = {codes(row[0])[0]: row[1] for row in rows(PAGES[RULES], "Key of a rule")}
    expected = {field.encode_name: rule_default(field) for field in msgspec.structs.fields(RuleSettings)}
    assert sorted(table) == sorted(expected)
    assert {name: expected[name] or default for name, default in table.items()} == table


def test_the_table_of_checks_has_each_check() -> None:
    checks = [each.name for each in (RequestCount, Order, NoEarlyRetry, BookedOnce)]
    assert documented("Check") == checks


def rule(*, when: str = "{}", then: str = "{fault: hang}") -> Rule:
    return Catalog().parse(f"description: x\nrules: [{{name: x, when: {when}, then: {then}}}]").rules[0]


def test_the_table_of_conditions_has_each_condition_with_an_example() -> None:
    assert sorted(documented("Condition")) == sorted(Conditions.__struct_encode_fields__)
    for name, _, example in rows(PAGES[RULES], "Condition"):
        (condition,) = rule(when=f"{{{codes(name)[0]}: {codes(example)[0]}}}").when
        assert condition.name == codes(name)[0]


def test_the_table_of_conditions_lists_all_operations_and_versions() -> None:
    conditions = {codes(row[0])[0]: codes(row[1]) for row in rows(PAGES[RULES], "Condition")}
    assert (conditions["operation"], conditions["version"]) == (list(OPERATIONS), list(VERSIONS))


def test_the_table_of_faults_has_each_fault_with_its_keys_and_an_example() -> None:
    assert sorted(documented("Fault")) == sorted(FAULTS)
    for name, _, keys, example in rows(PAGES[RULES], "Fault"):
        (fault,) = codes(name)
        (parsed,) = rule(then=codes(example)[0]).then
        assert isinstance(parsed, FAULTS[fault])
        for field in keys_of(FAULTS[fault]).values():
            default = shown_default(field)
            assert f"`{field.key}`" in keys, (fault, field.key)
            assert default in ("none", "``") or f"`{field.key}` ({default})" in keys, (fault, field.key)


def without(name: str) -> str:
    """Return the page of rules without the row of a condition or fault."""
    return re.sub(rf"^\| `{name}` \|.*\n", "", PAGES[RULES], flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        (
            "phone",
            (
                "| `phone` | Number of the customer, as sent or with its country code, without spaces, brackets,"
                ' dots and dashes. | `"+1555*"` |'
            ),
        ),
        ("header", '| `header` | Headers, by name in any case. | `{name: "sales*"}` |'),
        ("hang", "| `hang` | Never answers; the client has to give up. |  | `{fault: hang}` |"),
        (
            "rate_limit",
            (
                f"| `rate_limit` | {FAULTS['rate_limit'].__doc__} | `limit` (required); `per` (required); `burst`;"
                " `key` (`session`); `retry_after` | `{fault: rate_limit, limit: 1, per: 30s}` |"
            ),
        ),
    ],
)
def test_a_missing_row_of_a_condition_or_fault_is_added_with_a_valid_example(name: str, row: str) -> None:
    page = add_rows(without(name))
    assert page.splitlines().count(row) == 1
    assert page.replace(f"{row}\n", "") == without(name)
    example = codes(row.rsplit(" | ", maxsplit=1)[-1])[0]
    assert rule(then=example).then if name in FAULTS else rule(when=f"{{{name}: {example}}}").when


def test_a_complete_page_is_not_changed() -> None:
    assert add_rows(PAGES[RULES]) == PAGES[RULES]


def test_a_page_without_the_tables_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^the page has no table that begins with `\| Condition \|`$"):
        add_rows("")


def test_the_table_of_options_has_each_option_with_its_variable_and_default(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    _, _, options = capsys.readouterr().out.partition("options:")
    form = re.compile(r"^  (--[a-z-]+) .*?\$(MOCKGMS_[A-Z_]+)(?:;\s+default\s+([^)\s]+))?\)", re.DOTALL | re.MULTILINE)
    in_help = form.findall(options)
    assert [(*map(codes, row[:2]), codes(row[2])) for row in rows(PAGES["docs/reference/commands.md"], "Option")] == [
        ([option], [variable], [default] if default else []) for option, variable, default in in_help
    ]
