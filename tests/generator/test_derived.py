"""Descriptions that are derived from operations."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta

from generator.answers import render_answers
from generator.chapters import Chapter, admin_chapter
from generator.derived import table
from generator.descriptions import Body as DescriptionBody
from generator.descriptions import Param
from mockgms.api.admin import OPERATIONS
from mockgms.api.admin.refusals import NotFound, TooManyReaders
from mockgms.api.field_types import Answer, Body
from mockgms.api.operation import Conflict, Operation, operation
from tests.generator.shipped_document import ADMIN, document


class Rating(Body):
    stars: int


class Rated(Answer):
    average: float


class NotRated(Answer):
    reason: str


@operation("PUT", "/services/{name}/rating", "admin.rate", refusals=(NotFound, TooManyReaders))
def rate(name: str, day: Annotated[int, Meta(ge=1)] = 7, *, body: Rating) -> Rated | Conflict[NotRated]:
    """Rate a service.

    Ratings of the same day
    replace each other.

    Args:
        name: The name
            of the service.
        day: The day.
    """
    return Rated(body.stars / day) if name else Conflict(NotRated("no name"))


@operation("GET", "/{phone-number}", "admin.guess")
def guess(phone_number: str, size: Literal["small", "large"], most: Annotated[int, Meta(ge=2)], near: bool) -> Rated:
    """Guess a rating.

    Args:
        phone_number: A number.
        size: A size.
        most: At most.
        near: Whether it is near.
    """
    return Rated(0)


@pytest.fixture
def chapter() -> Chapter:
    return admin_chapter(ADMIN)


def test_a_description_comes_from_the_signature_and_the_docstring() -> None:
    description = table([rate])["PUT /services/{name}/rating"]
    assert (description.summary, description.detail) == (
        "Rate a service.",
        "Ratings of the same day replace each other.",
    )
    assert description.path == (Param("name", "The name of the service.", "example"),)
    assert description.query == (Param("day", "The day.", 7, {"type": "integer", "minimum": 1, "default": 7}),)
    assert description.body == DescriptionBody(Rating)
    assert (description.answer, description.also) == (Rated, {200: Rated, 409: NotRated})


def test_answers_and_refusals_without_an_example_are_listed(chapter: Chapter) -> None:
    description = table([rate])["PUT /services/{name}/rating"]
    schemas: dict[int, Any] = {id(Rated): "rated", id(NotRated): "not rated"}
    answers = render_answers((), description, schemas, {"a": "refusal"}, chapter.refusals_of(description))
    assert {status: each["description"] for status, each in answers.items()} == {
        "200": "OK.",
        "404": "Not Found: A resource does not exist.",
        "409": "Conflict.",
        "503": "Service Unavailable: Too many connections read events.",
    }
    assert answers["409"]["content"] == {"application/json": {"schema": "not rated", "examples": {}}}
    assert answers["404"]["content"] == {"application/json": {"schema": {"a": "refusal"}, "examples": {}}}


def test_a_parameter_without_an_example_in_a_file_gets_one_of_its_type() -> None:
    description = table([guess])["GET /{phone-number}"]
    assert [(each.name, each.example) for each in description.path] == [("phone-number", "example")]
    examples = [(each.name, each.example, each.required) for each in description.query]
    assert examples == [("size", "large", True), ("most", 2, True), ("near", True, True)]


def documented_refusals(endpoint: Operation[..., Any]) -> Iterator[int]:
    answers = document()["paths"][f"/__admin{endpoint.path}"][endpoint.method.lower()]["responses"]
    return (int(status) for status in answers if int(status) >= 400)


@pytest.mark.parametrize("endpoint", OPERATIONS, ids=lambda endpoint: endpoint.name)
def test_an_operation_declares_the_refusals_that_its_examples_have(
    endpoint: Operation[..., Any], chapter: Chapter
) -> None:
    """All operations can be refused with 400, 401, 403 and 507, those with a body with 413, 415 and 503."""
    description = table([endpoint])[f"{endpoint.method} {endpoint.path}"]
    everywhere = {400, 401, 403, 507} | ({413, 415, 503} if description.body else set())
    declared = set(chapter.refusals_of(description)) | set(description.also)
    assert set(documented_refusals(endpoint)) <= everywhere | declared
