"""The fault `respond`: a raw answer, such as a proxy sends."""

from collections.abc import Mapping
from string import Template
from typing import Annotated, ClassVar, Final

from msgspec import Struct, field

from mockgms.domain.annotations import Bounds, Doc, Look
from mockgms.domain.instants import render_instant
from mockgms.domain.lazy_regex import lazy_regex
from mockgms.domain.quoting import quoted
from mockgms.scenario.faults.card import Card, FaultPreset
from mockgms.scenario.faults.context import Context, RawAnswer

_PLAIN_TEXT: Final = "text/plain; charset=utf-8"
_NAME: Final = lazy_regex(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL: Final = lazy_regex(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
_SURROGATE: Final = lazy_regex(r"[\ud800-\udfff]")
_SET_BY_SERVER: Final = frozenset({"connection", "content-length", "transfer-encoding"})
_ABOUT_CONNECTION: Final = frozenset({"keep-alive", "proxy-connection", "te", "trailer", "upgrade"})
MAX_HEADERS: Final = 50  # Python's http.client accepts 100
LARGEST_HEAD: Final = 16 * 1024  # bytes of names and values; as large as the head of a request may be


class Respond(Struct, frozen=True):
    """Answers with this status, headers and body, as a proxy does. The default Content-Type is plain text."""

    card: ClassVar = Card(
        "get a raw answer with {status}",
        "Raw answer",
        "Raw",
        presets=(
            FaultPreset(
                "proxy",
                "Proxy page",
                "Answers with the HTML page of a proxy, as a gateway in front of the API does.",
                "502",
                {"status": "502", "headers": "text/html", "body": "<h1>Bad Gateway</h1>"},
                rare=("headers", "body"),
                has_button=True,
            ),
        ),
    )
    is_final: ClassVar = True

    status: Annotated[int, Bounds(200, 599), Doc("HTTP status"), Look("Status")] = 200
    headers: Annotated[
        Mapping[str, str],
        Doc("At most 50 headers, 16 KiB in total"),
        Look("Type", start="application/json", entry="Content-Type"),
    ] = field(default_factory=dict)
    body: Annotated[
        str, Doc("`${phone}`, `${service}` and `${now}` are replaced by their values"), Look("Body", start="{}")
    ] = ""

    def __post_init__(self) -> None:
        for name, value in self.headers.items():
            _check_header(name, value)
        if len(self.headers) > MAX_HEADERS:
            raise ValueError(f"{len(self.headers)} headers are too many: at most {MAX_HEADERS} are sent")
        size = sum(len(name) + len(value.encode()) for name, value in self.headers.items())
        if size > LARGEST_HEAD:
            raise ValueError(f"the headers have {size} bytes: at most {LARGEST_HEAD} are sent")

    async def apply(self, context: Context) -> None:
        """Send the answer of this fault."""
        facts = context.facts
        body = Template(self.body).safe_substitute(
            phone=facts.phone or "", service=facts.service or "", now=render_instant(context.now())
        )
        types = [value for name, value in self.headers.items() if name.lower() == "content-type"]
        others = tuple(pair for pair in self.headers.items() if pair[0].lower() != "content-type")
        context.answer(
            RawAnswer(self.status, body.encode(errors="replace"), types[-1] if types else _PLAIN_TEXT, others)
        )


def _check_header(name: str, value: str) -> None:
    """Raise ValueError if the header would break the answer."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{quoted(name)} is not the name of a header")
    if name.lower() in _SET_BY_SERVER:
        raise ValueError(f"the header {name} is set by the server itself: leave it out")
    if name.lower() in _ABOUT_CONNECTION:
        raise ValueError(f"the header {name} is about the connection, which the server manages: leave it out")
    if _CONTROL.search(value):
        raise ValueError(f"the header {name} has a line break or another control character in it")
    if _SURROGATE.search(value):
        raise ValueError(f"the header {name} has half of a character in it (a surrogate): write the whole one")
