"""Examples in scenario files: requests and their expected answers. `mockgms try` and `check` run them."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from msgspec import Struct, field

from mockgms.domain.annotations import Bounds, Doc, DurationText, Filled, Hidden, Placed
from mockgms.scenario.mistakes import Place


class ExpectedAnswer(Struct, frozen=True):
    """The expected answer to a request, and the expected rule and fault."""

    status: Annotated[int | Literal["none"] | None, Doc("Status of the answer, or `none` if there is no answer.")] = (
        None
    )
    rule: Annotated[Filled | None, Doc("Name of the rule that fires, or `none`.")] = None
    fault: Annotated[Filled | None, Doc("Name of a fault that happens.")] = None
    headers: Annotated[Mapping[str, str | int], Doc("Headers of the answer, by name.")] = field(default_factory=dict)
    body: Annotated[
        Any,
        Doc(
            "JSON that the body of the answer has, or its whole text. Maps can have further keys; `null` is a key that"
            " is null or missing."
        ),
    ] = None


class Step(Struct, frozen=True):
    """A request of an example. Its texts can contain `${name}`, a value that an earlier step has captured."""

    request: Annotated[Filled, Doc("Method and path, such as `POST /engagement/v3/callbacks/create`.")]
    fields: Annotated[Any, Doc("Fields of the body: JSON, or a form if the content type says so.")] = None
    body: Annotated[str | None, Doc("Body as text, in place of `fields`.")] = None
    headers: Annotated[Mapping[str, str], Doc("Headers.")] = field(default_factory=dict)
    advance: Annotated[DurationText | None, Doc("How far the clock is advanced before the request.")] = None
    expect: Annotated[ExpectedAnswer, Doc("The expected answer.")] = field(default_factory=ExpectedAnswer)
    capture: Annotated[
        Mapping[str, Filled],
        Doc("Values of the answer for later steps: a name, and the key in the JSON body, such as `{id: _id}`."),
    ] = field(default_factory=dict)
    place: Annotated[Place, Hidden(), Placed()] = Place("", 0, 0)


class Example(Struct, frozen=True):
    """Requests that come one after the other, in a new session."""

    name: Annotated[Filled, Doc("What the example shows.")]
    steps: Annotated[tuple[Step, ...], Bounds(1, 100), Doc("The requests.")]
