import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgms.api.ges.user_data import is_variable_name, parse_user_data
from mockgms.http.refusals import Unreadable


@pytest.mark.parametrize(
    "name", ["a", "_a", "$", "a$b", "firstName2", "über", "名前", "let", "package", "Class", "名\u200c前", "a\u200d"]
)
def test_the_name_of_a_javascript_variable_is_recognised(name: str) -> None:
    assert is_variable_name(name)


@pytest.mark.parametrize(
    "name", ["", "2a", "first-name", "first name", "a.b", "a[b]", "class", "null", "true", "😀", "\u200ca", "a\n"]
)
def test_a_text_that_is_not_the_name_of_a_javascript_variable_is_rejected(name: str) -> None:
    assert not is_variable_name(name)


@pytest.mark.slow
@given(st.from_regex(r"[A-Za-z_$][A-Za-z0-9_$]{10,20}", fullmatch=True))  # longer than every reserved word
def test_letters_digits_underscores_and_dollars_form_a_variable_name(name: str) -> None:
    assert is_variable_name(name)


def test_top_level_keys_that_are_not_variable_names_are_dropped() -> None:
    sent = {"userData": {"first": "Bob", "last-name": "x", "$a": {"in-side": [1, None]}, "1": 2}}
    assert parse_user_data(sent) == {"first": "Bob", "$a": {"in-side": [1, None]}}


@pytest.mark.parametrize("fields", [{}, {"userData": None}, {"userData": ""}, {"userData": {}}, {"userData": "{}"}])
def test_missing_or_empty_user_data_is_an_empty_object(fields: dict[str, object]) -> None:
    assert parse_user_data(fields) == {}


def test_user_data_can_be_text_with_a_json_object() -> None:
    assert parse_user_data({"userData": '{"a": 1, "b-c": 2}'}) == {"a": 1}


@pytest.mark.parametrize("value", [[], ["a"], 5, False, "5", '"a"', "[]"])
def test_user_data_that_is_not_an_object_is_refused(value: object) -> None:
    with pytest.raises(Unreadable) as refused:
        parse_user_data({"userData": value})
    assert (refused.value.field, refused.value.reason) == ("userData", "must be an object")


@pytest.mark.parametrize("text", ["x", '{"a":', "[" * 100_000])
def test_user_data_in_text_that_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse_user_data({"userData": text})
    assert (refused.value.field, refused.value.reason) == ("userData", "is text, but not JSON")
