"""Patterns: what they match, and which texts are refused."""

import re
import time

import pytest

from mockgms.api.ges import GES
from mockgms.api.gms import GMS
from mockgms.scenario.facts import OPERATIONS, VERSIONS
from mockgms.scenario.patterns import (
    is_literal,
    is_regex,
    parse_one_of,
    parse_pattern,
    parse_phone,
)

NOT_SUPPORTED = (
    "look-ahead, look-behind, backreferences and possessive quantifiers are not supported: write several patterns or"
    " conditions instead"
)


@pytest.mark.parametrize(
    ("written", "fitting", "others"),
    [
        ("sales", ["sales"], ["Sales", "sales2", "presales", "sales\n", ""]),
        ("+1555*", ["+1555", "+15551234"], ["15551234", "+1 555", "++1555"]),
        ("*", ["", "x", "a\nb"], []),
        ("v?", ["v1", "v3"], ["v", "v10"]),
        ("a[0-9]b", ["a1b"], ["axb", "a[0-9]b"]),
        ("a[!0-9]b", ["axb"], ["a1b"]),
        ("a[b", ["a[b"], ["ab"]),
        ("a.b(c|d)$", ["a.b(c|d)$"], ["axbc"]),
        ("/sa/", ["sa", "sales", "presale"], ["SA", ""]),
        ("/^sales$|^support$/", ["sales", "support"], ["sales2"]),
        ("/(?i)SALES/", ["sales"], ["sale"]),
        ("/", ["/"], [""]),
        ("/a", ["/a"], ["a"]),
        ("//", ["", "anything"], []),
    ],
)
def test_a_glob_matches_the_whole_text_and_a_regular_expression_a_part(
    written: str, fitting: list[str], others: list[str]
) -> None:
    pattern = parse_pattern(written)
    assert pattern.written == written
    assert [text for text in [*fitting, *others] if pattern.regex.search(text)] == fitting


# Each of these takes hours or never ends with other engines.
@pytest.mark.parametrize(
    "written",
    ["/(a+)+$/", "/^(a|aa)*$/", "/(.*a){50}b/", "/a*a*a*a*b/", "/(?:a?){300}a{300}b/", "/(?:a?){900}(?:a?){90}c/"],
)
def test_no_regular_expression_takes_long_on_a_long_text(written: str) -> None:
    regex = parse_pattern(written).regex
    began = time.thread_time()
    assert not regex.search("a" * 16_000 + "!" * 1_000_000)
    assert time.thread_time() - began < 1


def test_a_regular_expression_searches_the_first_16384_characters() -> None:
    regex = parse_pattern("/b/").regex
    assert regex.search("a" * (16 * 1024 - 1) + "b")
    assert not regex.search("a" * 16 * 1024 + "b")


def test_a_text_with_a_lone_surrogate_is_searched() -> None:
    assert parse_pattern("/^a.b$/").regex.search("a\udcffb")


@pytest.mark.parametrize(
    ("other", "equal"), [(parse_pattern("/a/"), True), (parse_pattern("/b/"), False), ("/a/", False)]
)
def test_patterns_with_the_same_text_are_equal(other: object, *, equal: bool) -> None:
    pattern = parse_pattern("/a/")
    assert (pattern == other, pattern != other) == (equal, not equal)


def test_a_glob_with_many_stars_does_not_take_long() -> None:
    assert not parse_pattern("*a" * 100 + "b").regex.search("a" * 1_000)


# Each of these took 0.4 s and more.
@pytest.mark.parametrize("written", [f"*{'a' * 990}b*", f"*{'[a-z]' * 150}B*", f"*{'?' * 900}b*", f"*{'a' * 990}b"])
def test_no_glob_takes_long_on_a_long_text(written: str) -> None:
    glob = parse_pattern(written).regex
    began = time.thread_time()
    assert not glob.search("a" * 1_000_000)
    assert time.thread_time() - began < 0.1


@pytest.mark.parametrize("written", [f"{'a' * 20}*", f"*{'a' * 20}", f"*{'a' * 20}*", f"a*{'a' * 20}*b?", "*x*"])
def test_a_glob_of_long_pieces_looks_at_both_ends_of_a_long_text(written: str) -> None:
    text = f"{'a' * 20}{'b' * 8_000}x{'b' * 1_000_000}{'a' * 20}"
    assert bool(parse_pattern(written).regex.search(text)) is not written.endswith("b?")


def test_a_glob_does_not_look_at_the_middle_of_a_text_of_more_than_16_384_characters() -> None:
    glob = parse_pattern("*x*").regex
    assert glob.search("a" * 8_191 + "x" + "a" * 8_192)
    assert not glob.search("a" * 8_192 + "x" + "a" * 8_192)


@pytest.mark.parametrize(
    ("written", "steps"),
    [("text", 0), ("beginning*", 0), ("*", 0), ("a?c", 3), ("*end", 4), ("/a/", 5), ("/abc/", 7), ("/a{10}/", 14)],
)
def test_a_glob_costs_a_step_for_each_character_and_a_regular_expression_its_program(written: str, steps: int) -> None:
    assert parse_pattern(written).steps == steps


def test_a_pattern_may_have_a_thousand_characters() -> None:
    assert parse_pattern("x" * 1_000).written == "x" * 1_000


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the pattern is empty: write * to match anything"),
        ("x" * 1_001, "a pattern has at most 1000 characters"),
        ("/+1/", "/+1/ is not a regular expression: no argument for repetition operator: +"),
        ("/gold(/", "/gold(/ is not a regular expression: missing ): gold("),
        ("/\ud800/", "/\ud800/ is not a regular expression: it has half of a character (a surrogate)"),
        ("/a{1001}/", "/a{1001}/ is not a regular expression: invalid repetition size: {1001}"),
        (
            "/(.{100}){10}/",
            "/(.{100}){10}/ is not a regular expression: it is too complex: its program has 8024 steps, more than 2000",
        ),
        ("/(?=a)b/", f"/(?=a)b/ is not a regular expression: invalid perl operator: (?= ({NOT_SUPPORTED})"),
        (r"/(a)\1/", rf"/(a)\1/ is not a regular expression: invalid escape sequence: \1 ({NOT_SUPPORTED})"),
        ("/a*+/", f"/a*+/ is not a regular expression: bad repetition operator: *+ ({NOT_SUPPORTED})"),
    ],
)
def test_a_text_that_is_not_a_pattern_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        parse_pattern(text)


def test_a_refused_regular_expression_writes_nothing_to_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="missing"):
        parse_pattern("/gold(/")
    assert capfd.readouterr() == ("", "")


def test_a_regular_expression_may_take_2000_steps() -> None:
    assert parse_pattern("/a{998}b{998}/").steps == 2_000
    with pytest.raises(ValueError, match="its program has 2001 steps, more than 2000"):
        parse_pattern("/a{998}b{999}/")


def test_separators_between_digits_are_removed_from_patterns_of_numbers() -> None:
    assert parse_phone("+1 (555) 123-4*").written == "+15551234*"
    assert parse_phone("+1555[0-4 .]*").written == "+1555[0-4 .]*"
    assert parse_phone("/^1 (555)/").written == "/^1 (555)/"


@pytest.mark.parametrize(
    ("text", "known", "what", "sentence"),
    [
        ("schedul", OPERATIONS, "operation", "'schedul' matches no operation, did you mean `schedule`?"),
        ("zzz*", OPERATIONS, "operation", f"'zzz*' matches no operation (there are: {', '.join(OPERATIONS)})"),
        ("4", VERSIONS, "version", "'4' matches no version (there are: v1, v2, v3)"),
    ],
)
def test_an_unknown_operation_or_version_is_refused(
    text: str, known: tuple[str, ...], what: str, sentence: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        parse_one_of(text, known, what)


def test_an_operation_or_version_can_be_a_pattern() -> None:
    assert parse_one_of("*schedule", OPERATIONS, "operation").written == "*schedule"
    assert parse_one_of("/v[12]/", VERSIONS, "version").written == "/v[12]/"


def test_the_operations_and_versions_are_those_of_the_routes() -> None:
    routed = {tuple(route.operation.split(".")) for part in (GMS, GES) for route in part.routes}
    assert {operation for _, operation in routed} == set(OPERATIONS)
    assert {version for version, _ in routed} == set(VERSIONS)


def test_literals_and_regular_expressions_are_recognised() -> None:
    assert [text for text in ("a", "X", "/", "a*", "a?", "a[", "/a/") if is_literal(text)] == ["a", "X", "/"]
    assert [text for text in ("a", "/", "/a", "//", "/a/") if is_regex(text)] == ["//", "/a/"]
