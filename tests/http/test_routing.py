from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgms.domain.quoting import shortened
from mockgms.http.messages import Reply
from mockgms.http.refusals import UnknownPath, Unreadable, WrongMethod
from mockgms.http.routing import Match, Route, Router
from tests.messages import HAS_NUL


def answer() -> Reply:
    return Reply(200)


START = Route("POST", "/service/callback/{name}", "v1.schedule", answer)
QUERY = Route("GET", "/service/callback/{name}", "v1.query", answer)
QUERY_ALL = Route("GET", "/service/callback", "v1.query", answer)
CANCEL = Route("DELETE", "/service/callback/{name}/{id}", "v1.cancel", answer)
AVAILABILITY = Route("GET", "/service/callback/{name}/availability", "v1.availability", answer)
POSITION = Route("GET", "/service/{id}/check-queue-position", "v1.position", answer)
UNNAMED = Route("GET", "/callbacks/availability/", "v3.availability", answer)

ROUTER = Router([START, QUERY, QUERY_ALL, CANCEL, AVAILABILITY, POSITION, UNNAMED])


def unreadable(path: str) -> dict[str, str]:
    with pytest.raises(Unreadable) as refused:
        ROUTER.find("POST", path)
    return vars(refused.value)


def test_a_path_finds_its_route_and_the_values_of_its_placeholders() -> None:
    assert ROUTER.find("DELETE", "/service/callback/sales/17") == Match(
        CANCEL, ("sales", "17"), {"name": "sales", "id": "17"}
    )


def test_a_path_without_placeholders_has_no_arguments() -> None:
    assert ROUTER.find("GET", "/service/callback") == Match(QUERY_ALL, (), {})


def test_the_method_chooses_among_the_routes_of_a_path() -> None:
    assert ROUTER.find("POST", "/service/callback/sales") == Match(START, ("sales",), {"name": "sales"})
    assert ROUTER.find("GET", "/service/callback/sales") == Match(QUERY, ("sales",), {"name": "sales"})


def test_a_literal_segment_takes_precedence_over_a_placeholder() -> None:
    assert ROUTER.find("GET", "/service/callback/sales/availability") == Match(
        AVAILABILITY, ("sales",), {"name": "sales"}
    )


def test_a_placeholder_is_tried_if_the_literal_segment_leads_to_no_route() -> None:
    router = Router([Route("GET", "/a/b/c", "x", answer), Route("GET", "/{first}/{second}", "y", answer)])
    assert router.find("GET", "/a/b").args == ("a", "b")


def test_a_path_that_matches_a_placeholder_but_no_route_is_unknown() -> None:
    with pytest.raises(UnknownPath):
        ROUTER.find("GET", "/service/17/check")


def test_a_route_may_end_in_a_slash() -> None:
    assert ROUTER.find("GET", "/callbacks/availability/") == Match(UNNAMED, (), {})


@pytest.mark.parametrize(
    ("segment", "name"),
    [
        ("svc%20one", "svc one"),
        ("a%2Fb", "a/b"),
        ("a%2fb", "a/b"),
        ("%252F", "%2F"),
        ("a+b", "a+b"),
        ("%F0%9F%93%9E", "📞"),
        ("📞", "📞"),
        ("b\udcc3\udcbc", "bü"),
        ("100%", "100%"),
        ("%41" * 255, "A" * 255),
        ("{name}", "{name}"),
        ("..", ".."),
    ],
)
def test_an_argument_is_decoded_after_the_path_is_split(segment: str, name: str) -> None:
    assert ROUTER.find("POST", f"/service/callback/{segment}").args == (name,)


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=255))
def test_any_percent_encoded_name_is_decoded(name: str) -> None:
    assert ROUTER.find("POST", f"/service/callback/{quote(name, safe='')}").args == (name,)


def test_a_slash_that_is_not_encoded_separates_segments() -> None:
    with pytest.raises(UnknownPath):
        ROUTER.find("POST", "/service/callback/a/b/c")


@pytest.mark.parametrize("segment", ["%FF", "%C3", "\udcff", "a\ud800"])
def test_an_argument_that_is_not_utf_8_is_refused(segment: str) -> None:
    assert unreadable(f"/service/callback/{segment}") == {"field": "name", "reason": "is not UTF-8"}


@pytest.mark.parametrize("segment", ["a%00", "a\0"])
def test_an_argument_with_a_nul_character_is_refused(segment: str) -> None:
    assert unreadable(f"/service/callback/{segment}") == {"field": "name", "reason": HAS_NUL}


@pytest.mark.parametrize("segment", ["a" * 256, "a" * 300, "%F0%9F%93%9E" * 300])
def test_an_argument_of_more_than_255_characters_is_refused(segment: str) -> None:
    assert unreadable(f"/service/callback/{segment}") == {"field": "name", "reason": "has more than 255 characters"}


@pytest.mark.parametrize("path", ["/service/callback//", "/service/callback/", "//service/callback", "", "/", "x"])
def test_an_empty_segment_matches_no_placeholder(path: str) -> None:
    with pytest.raises(UnknownPath):
        ROUTER.find("POST", path)


@pytest.mark.parametrize(
    ("method", "path", "nearest"),
    [
        ("GET", "/service/callback/sales/17/availabilty", "GET /service/callback/{name}/availability"),
        ("POST", "/service/calback/sales", "POST /service/callback/{name}"),
        ("DELETE", "/callback/sales/17", "DELETE /service/callback/{name}/{id}"),
        ("GET", "/service/callback/", "GET /service/callback"),
        ("GET", "/service/17/queue-position" + "/x" * 4_000, "GET /service/{id}/check-queue-position"),
        ("GET", "/SERVICE/CALLBACK/SALES/AVAILABILITY", "GET /service/callback/{name}/availability"),
    ],
)
def test_an_unknown_path_names_the_nearest_route(method: str, path: str, nearest: str) -> None:
    with pytest.raises(UnknownPath) as refused:
        ROUTER.find(method, path)
    assert vars(refused.value) == {"path": shortened(path), "nearest": nearest}


def test_a_route_with_the_first_segment_of_an_unknown_path_is_nearer_than_a_more_similar_one() -> None:
    router = Router(
        [Route("GET", "/callbackform.js", "ui.form", answer), Route("GET", "/callbacks/availability", "v3.x", answer)]
    )
    with pytest.raises(UnknownPath) as refused:
        router.find("GET", "/callbacks")
    assert refused.value.nearest == "GET /callbacks/availability"


def test_a_route_with_more_of_the_first_segments_is_nearer_than_one_of_the_method() -> None:
    find = Route("POST", "/callbacks/retrieve", "v3.find", answer)
    open_for = Route("GET", "/callbacks/open-for/{name}", "v3.open_for", answer)
    with pytest.raises(UnknownPath) as refused:
        Router([open_for, find]).find("GET", "/callbacks/retrieve/17")
    assert refused.value.nearest == "POST /callbacks/retrieve"


def test_a_route_of_placeholders_is_not_near_a_path_that_shares_no_segment_with_it() -> None:
    files = Route("GET", "/docs/{0}/{1}/{2}", "ui.file", answer)
    with pytest.raises(UnknownPath) as refused:
        Router([files, QUERY]).find("GET", "/api/v2/conversations/callbacks")
    assert refused.value.nearest == "GET /service/callback/{name}"


def test_the_refusal_of_a_method_in_small_letters_names_the_same_in_capitals() -> None:
    refusal = ROUTER.refusal("get", "/service/callback/sales")
    assert vars(refusal) == {
        "method": "get",
        "allowed": ("POST", "GET", "HEAD", "OPTIONS"),
        "nearest": "GET /service/callback/{name}",
    }


def test_the_refusal_of_a_wrong_method_names_the_allowed_methods() -> None:
    with pytest.raises(WrongMethod) as refused:
        ROUTER.find("PATCH", "/service/callback/sales")
    assert vars(refused.value) == {
        "method": "PATCH",
        "allowed": ("POST", "GET", "HEAD", "OPTIONS"),
        "nearest": "POST /service/callback/{name}",
    }


def test_the_refusal_of_a_wrong_method_names_the_nearest_route_of_the_method() -> None:
    with pytest.raises(WrongMethod) as refused:
        ROUTER.find("GET", "/service/callback/sales/availabilty")
    assert vars(refused.value) == {
        "method": "GET",
        "allowed": ("DELETE", "OPTIONS"),
        "nearest": "GET /service/callback/{name}/availability",
    }


def test_the_refusal_of_a_wrong_method_prefers_the_route_of_the_same_path() -> None:
    with pytest.raises(WrongMethod) as refused:
        ROUTER.find("POST", "/service/callback/sales/availability")
    assert vars(refused.value) == {
        "method": "POST",
        "allowed": ("GET", "HEAD", "OPTIONS"),
        "nearest": "GET /service/callback/{name}/availability",
    }


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_wrong_method_of_a_collection_names_that_of_its_items(method: str) -> None:
    update = Route("PUT", "/service/callback/{name}/{id}", "v1.reschedule", answer)
    with pytest.raises(WrongMethod) as refused:
        Router([START, QUERY, update, CANCEL]).find(method, "/service/callback/sales")
    assert vars(refused.value) == {
        "method": method,
        "allowed": ("POST", "GET", "HEAD", "OPTIONS"),
        "nearest": f"{method} /service/callback/{{name}}/{{id}}",
    }


def test_a_wrong_method_of_a_literal_path_names_that_of_its_items() -> None:
    find = Route("GET", "/service/callback", "v1.find", answer)
    with pytest.raises(WrongMethod) as refused:
        Router([find, START]).find("POST", "/service/callback")
    assert refused.value.nearest == "POST /service/callback/{name}"


def test_methods_are_case_sensitive() -> None:
    with pytest.raises(WrongMethod):
        ROUTER.find("get", "/service/callback/sales")


def test_a_route_can_be_put_under_a_base_path() -> None:
    assert START.under("/genesys/1") == Route("POST", "/genesys/1/service/callback/{name}", "v1.schedule", answer)


def test_a_route_has_the_names_of_its_placeholders() -> None:
    assert CANCEL.placeholders == ("name", "id")
