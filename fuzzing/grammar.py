"""Requests as raw bytes: first as a client would write them, then with nasty values, odd framing and damage."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final
from urllib.parse import quote, urlencode

from fuzzing import nasty
from fuzzing.documents import rule
from fuzzing.nasty import Json
from fuzzing.step import Step

SERVICES: Final = ("sales", "support", "s", "a/b", "Ünï", "new")
SESSIONS: Final = ("fuzz-fork", "fuzz-other", "..", "a b", "é", "x" * 65, "")
TIMES: Final = tuple(
    f"2026-03-0{day}T{hour:02}:{minute:02}:00Z" for day in (2, 3) for hour in (9, 10) for minute in (0, 15)
)
FAULTS: Final = (
    *(
        "slot_conflict",
        "office_closed",
        "rival",
        "throttle",
        "server_error",
        "garbage",
        "disconnect",
        "empty",
        "truncate",
    ),
    *(
        "{fault: respond, status: 200, headers: {Content-Type: text/html}, body: '${phone}'}",
        "{fault: rival, seats: 1}",
    ),
    *(
        "{fault: respond, headers: {'X-A': \"b\\r\\nc: d\"}}",
        "[{fault: delay, by: 1ms}, throttle]",
        "{fault: delay, by: 1h}",
    ),
    *("{fault: slow_body, chunk: 1, every: 1ms}", "hang", "{fault: throttle, retry_after: 5, form: past}", "nonsense"),
    *(
        "{fault: rate_limit, limit: 1, per: 1m, key: phone}",
        "{fault: truncate, keep: 0%}",
        "{fault: server_error, status: 599}",
    ),
)
BOOKING: Final[Json] = {"serviceName": "sales", "phoneNumber": "+14155550100", "desiredTime": TIMES[0]}
START: Final[Json] = {"_customer_number": "4155550100", "_desired_time": TIMES[1], "level": "gold"}
PERIOD: Final[Json] = {"start": TIMES[0], "numberOfDays": "2", "timezone": "Europe/Paris", "reportBusy": "true"}
EXPECTED: Final[Json] = {
    "request": {
        "operation": "schedule",
        "phone": "/415/",
        "fields": {"serviceName": ["s*", "/a/"]},
        "header": {"a": "*"},
    },
    "exactly": 1,
    "no_retry_before_retry_after": True,
    "each_phone_booked_at_most_once": True,
}
DESCRIBED: Final[Json] = {"method": "POST", "path": "/callbacks/create", "fields": BOOKING, "headers": {"a": "b"}}

# method, path, query, body: what `{id}` and `{service}` stand for is chosen for each request
Shape = tuple[str, str, Json, Json]
WIRE: Final[tuple[Shape, ...]] = (
    *(("POST", "/genesys/1/service/callback/{service}", {}, START),) * 4,
    ("PUT", "/genesys/1/service/callback/{service}/{id}", {}, {"_new_desired_time": TIMES[2], "level": ""}),
    ("DELETE", "/genesys/1/service/callback/{service}/{id}", {}, None),
    ("GET", "/genesys/1/service/callback", {"_customer_number": "4155550100", "operand": "OR", "_id": "x"}, None),
    ("GET", "/genesys/1/service/callback/{service}", {"_callback_state": "!COMPLETED"}, None),
    ("GET", "/genesys/1/service/callback/{service}/availability", PERIOD, None),
    (
        "GET",
        "/genesys/2/service/callback/{service}/availability",
        {"number-of-days": "366", "report-busy": "true"},
        None,
    ),
    ("GET", "/genesys/1/service/{id}/check-queue-position", {}, None),
    ("POST", "/genesys/1/service/{id}/check-queue-position", {}, {}),
    ("GET", "/genesys/1/admin/callback/queues", {"target": "sales", "states": "QUEUED", "max": "5"}, None),
    ("GET", "/genesys/1/admin/callback/watermarks", {"service_name": "sales"}, None),
    ("POST", "/genesys/1/admin/callback/cancel", {}, {"ids": ["{id}", "x"], "reason": "r"}),
    (
        "POST",
        "/genesys/1/admin/callback/reportcancelled",
        {},
        {"callback_reason": "r", "exported_properties": ["level"]},
    ),
    ("GET", "/genesys/1/phonenumber", {"number": "4155550100", "country": "US"}, None),
    *(("POST", "/engagement/v3/callbacks/create", {}, {**BOOKING, "userData": {"level": "gold"}}),) * 3,
    ("POST", "/callbacks/create", {}, {"serviceName": "support", "phoneNumber": "4155550101"}),
    ("POST", "/engagement/v3/callbacks/cancel", {}, {"id": "{id}"}),
    ("POST", "/callbacks/retrieve", {}, {"id": "{id}"}),
    ("GET", "/callbacks/availability/{service}", PERIOD, None),
    ("GET", "/engagement/v3/callbacks/open-for/{service}", {"start": TIMES[0]}, None),
    ("GET", "/engagement/v3/callbacks/queue-status/{service}", {}, None),
    ("GET", "/engagement/v3/estimated-wait-time", {"virtual-queues": "sales,support", "mode": "mode1"}, None),
    ("POST", "/engagement/v3/call-in/requests/create", {}, {"groupName": "g", "phoneNumber": "4155550100"}),
    ("POST", "/engagement/v3/statistics/operations/get-statistic-ex", {}, [{"a": 1}]),
)
ADMIN: Final[tuple[Shape, ...]] = (
    *(
        ("GET", f"/__admin/{name}", {}, None)
        for name in ("health", "ready", "ca.pem", "scenarios", "clock", "services")
    ),
    *(("GET", f"/__admin/{name}", {}, None) for name in ("scenario", "rules", "sessions", "metrics", "openapi.json")),
    ("POST", "/__admin/reset", {}, None),
    ("PUT", "/__admin/clock", {}, {"now": TIMES[0], "frozen": True}),
    ("POST", "/__admin/clock/advance", {}, {"by": "15m"}),
    ("POST", "/__admin/clock/advance", {}, {"to": "next_opening", "service": "sales"}),
    *(("POST", "/__admin/rules", {}, "{rule}"),) * 4,
    ("PUT", "/__admin/rules/r1", {}, None),
    ("DELETE", "/__admin/rules/r1", {}, None),
    ("GET", "/__admin/coverage", {"sessions": "all"}, None),
    ("GET", "/__admin/slots", {"service": "sales", "start": TIMES[0], "days": "366", "all": "true"}, None),
    *(("PUT", "/__admin/slots", {}, {"service": "sales", "start": TIMES[0], "free": 1, "closed": False}),) * 2,
    ("GET", "/__admin/callbacks", {"service": "sales", "slot": TIMES[0]}, None),
    (
        "POST",
        "/__admin/callbacks",
        {},
        {"service": "sales", "phone": "1", "desired_time": TIMES[3], "properties": {"a": 1}},
    ),
    *(("PATCH", "/__admin/callbacks/{id}", {}, {"state": state}) for state in ("QUEUED", "ROUTING", "PROCESSING")),
    ("PATCH", "/__admin/callbacks/{id}", {}, {"state": "COMPLETED", "reason": "NO_ANSWER"}),
    ("PUT", "/__admin/sessions/fuzz-fork", {}, {"from": "{session}"}),
    (
        "PUT",
        "/__admin/sessions/fuzz-other",
        {},
        {"scenario": "office-hours", "clock": {"now": TIMES[0], "frozen": True}},
    ),
    ("DELETE", "/__admin/sessions/fuzz-other", {}, None),
    ("GET", "/__admin/requests", {"operation": "schedule", "phone": "+1", "status": "200", "limit": "5"}, None),
    ("GET", "/__admin/requests", {"unmasked": "true", "summary": "true"}, None),
    *(("GET", f"/__admin/requests/{number}/explain", {}, None) for number in (1, 2, 7)),
    ("DELETE", "/__admin/requests", {}, None),
    *(("POST", "/__admin/explain", {}, {**DESCRIBED, **more}) for more in ({}, {"fields": None, "body": "a=b"})),
    *(("POST", "/__admin/verify", {}, expected) for expected in (EXPECTED, {"order": [{}, EXPECTED["request"]]})),
    *(
        ("GET", path, {}, None)
        for path in ("/", "/playground", "/callbackservice.js", "/__admin/docs", "/__admin/docs/", "/favicon.ico")
    ),
)
HEADERS: Final = (
    *(("Origin", origin) for origin in ("http://localhost:3000", "https://evil.example", "null", "http://[")),
    *(("Host", host) for host in ("evil.example", "localhost:99999", "[::1", "", "LOCALHOST.")),
    *(("Prefer", wish) for wish in ("explain", "code=429", "code=503", "example=r1", 'example="', "code=")),
    *(("Authorization", given) for given in ("Basic YTpi", "Basic =", "Bearer é", "Bearer")),
    *(("X-Mockgms-Fault", fault) for fault in FAULTS[:6]),
    *(("Expect", "100-continue"), ("Connection", "close"), ("Connection", "Upgrade"), ("Upgrade", "websocket")),
    *(
        ("x-api-key", "K"),
        ("Last-Event-ID", "1-99999999999999999999"),
        ("Accept-Encoding", "gzip"),
        ("Cookie", "a=b" * 99),
    ),
    *(("Access-Control-Request-Method", "PUT"), ("Content-Encoding", "gzip"), ("Content-Encoding", "deflate")),
    *(("User-Agent", "\u202eé"), ("X-Long", "a" * 9000), ("X-Too-Long", "a" * 17_000)),
)


@dataclass
class Draft:
    """A request before it becomes bytes. `shape` is the pattern of its path."""

    method: str
    path: str
    query: str = ""
    shape: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    session: str = "default"
    by_header: bool = False

    def render(self, *, chunked: bool = False) -> bytes:
        """Return the whole request; `chunked` sends the body in pieces of seven bytes."""
        base = "" if self.by_header or self.session == "default" else f"/s/{self.session}"
        target = base + self.path + (f"?{self.query}" if self.query else "")
        headers = list(self.headers)
        if not any(name == "Host" for name, _ in headers):
            headers.insert(0, ("Host", "localhost"))
        if self.by_header:
            headers.append(("X-Mockgms-Session", self.session))
        body = self.body
        if chunked:
            headers.append(("Transfer-Encoding", "chunked"))
            pieces = [body[at : at + 7] for at in range(0, len(body), 7)] if len(body) < 10_000 else [body]
            body = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces if piece) + b"0\r\n\r\n"
        elif body or self.method not in ("GET", "HEAD", "DELETE", "OPTIONS"):
            headers.append(("Content-Length", str(len(body))))
        lines = [f"{self.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers), "", ""]
        return nasty.encode("\r\n".join(lines)) + body


def step(random: Random, session: str, ids: Sequence[str]) -> Step:
    """Return a step of one to four requests to a session; `ids` are those of its callbacks."""
    drafts = [draft(random, session, ids) for _ in range(random.choice((1, 1, 1, 1, 1, 1, 2, 4)))]
    first = drafts[0]
    chunked = random.random() < 0.1
    raw = b"".join(each.render(chunked=chunked) for each in drafts)
    requests = tuple((each.method, each.path) for each in drafts)
    made = Step(f"{first.method} {first.shape}", (raw,), requests, session)
    if random.random() < 0.15 and not any(each.method == "HEAD" for each in drafts):
        damaged = nasty.damage(random, raw)
        made = replace(made, kind="damaged", chunks=(damaged,), requests=(), half_close=random.random() < 0.7)
    elif random.random() < 0.05:
        made = replace(made, half_close=True)
    return replace(made, chunks=_split(random, made.raw)) if random.random() < 0.1 else made


def draft(random: Random, session: str, ids: Sequence[str]) -> Draft:
    """Return one request: an endpoint of any API with usual values, some of them replaced by nasty ones."""
    method, shape, query, body = random.choice(WIRE if random.random() < 0.65 else ADMIN)
    path = shape
    chosen = random.choice(ids) if ids and random.random() < 0.8 else nasty.text(random)
    names = {"{id}": chosen, "{service}": random.choice(SERVICES) if random.random() < 0.9 else nasty.text(random)}
    for name, given in names.items():
        path = path.replace(name, _quoted(given))
    body = (
        rule(random, f"r{random.randrange(4)}") if body == "{rule}" else _filled(body, {**names, "{session}": session})
    )
    if random.random() < 0.35:
        body = nasty.change(random, body, random.choice((1, 1, 2, 4)))
    query = nasty.change(random, query) if random.random() < 0.3 else query
    if random.random() < 0.05:
        query = {**query, "__fault": random.choice(FAULTS)} if isinstance(query, dict) else query
    if random.random() < 0.03:
        path = random.choice(
            (path + "/", "/" + path, path.replace("/", "/./"), path.upper(), path + "/../x", "/s/" + path)
        )
    made = Draft(
        random.choice(("HEAD", "OPTIONS", "TRACE", "BREW")) if random.random() < 0.04 else method, path, shape=shape
    )
    made.query = _form(query) if isinstance(query, dict) else _quoted(str(query))
    made.body = _body(random, body, made.headers)
    made.session = random.choice((session,) * 12 + ("default",))
    made.by_header = random.random() < 0.3
    if random.random() < 0.02:
        made.session, made.by_header = random.choice(SESSIONS), random.random() < 0.5
        made.session = made.session if made.by_header else _quoted(made.session)
    made.headers += [random.choice(HEADERS) for _ in range(random.choice((0, 0, 0, 1, 2)))]
    return made


def big(random: Random, session: str) -> Step:
    """Return a request close to a limit: much of one thing, in a body of up to 1 MiB, a query or a header."""
    piece = random.choice(
        ("phone", "+14155550100 ", "4155550100,", "&a[b]=1", "[", '{"a":', "%41", "\\u0041", "é", " ", '"')
    )
    size = random.choice((15_000, 100_000, 1_000_000))
    text = piece * (size // len(piece.encode()))
    made = Draft("POST", "/callbacks/create", session=session)
    names = [f"{random.getrandbits(40):x}" for _ in range(size // 20)]
    match random.randrange(7):
        case 0:
            made.body = _form({**BOOKING, "n": text[: size // 3]}).encode()
        case 1:
            made.body = json.dumps({**BOOKING, "userData": {"n": text}}, ensure_ascii=random.random() < 0.5).encode()[
                : 2**20
            ]
        case 2:
            made.body = f"serviceName=s&phoneNumber=4155550100&n={text}".encode()
        case 3:
            made.query = _quoted(text)[:15_000]
        case 4:
            made.body = f"serviceName=s&phoneNumber=4155550100&{'&'.join(names)}".encode()
        case 5:
            made.method, made.path = "GET", "/engagement/v3/estimated-wait-time"
            made.query = f"virtual-queues={','.join(names)}"[:15_000]
        case _:
            made.headers += [(f"X-{number}", "a" * 15_000) for number in range(60)]
    return Step("big", (made.render(),), ((made.method, made.path),), session)


def events(session: str) -> Step:
    """Return a step that opens the event stream of a session and leaves soon."""
    made = Draft("GET", "/__admin/events", session=session)
    return Step("events", (made.render(),), (("GET", made.path),), session)


def _body(random: Random, body: Json, headers: list[tuple[str, str]]) -> bytes:
    """A body in one of the forms that clients send, with its content type."""
    if body is None:
        return b""
    content_type, written = _written(random, body)
    if random.random() < 0.1:
        odd = ("text/plain", "application/yaml", "multipart/form-data", "a" * 300, "application/json;é")
        content_type = random.choice(odd)
    if random.random() < 0.06:
        written = gzip.compress(written, mtime=0)
        written = written if random.random() < 0.5 else nasty.damage(random, written)
        headers.append(("Content-Encoding", "gzip"))
    elif random.random() < 0.06:
        written = nasty.damage(random, written)
    if random.random() < 0.95:
        headers.append(("Content-Type", content_type))
    return written


def _written(random: Random, body: Json) -> tuple[str, bytes]:
    """A content type with the body written so; what is no object is written as JSON."""
    form = random.randrange(6) if isinstance(body, dict) else None
    match form:
        case 0:
            return "application/x-www-form-urlencoded", _form(body).encode()
        case 1:
            return "application/x-www-form-urlencoded; charset=UTF-8", "&".join(_brackets(body)).encode()
        case 2:
            return "multipart/form-data; boundary=b", _multipart(body)
    return "application/json", _json(random, body)


def _json(random: Random, body: Json) -> bytes:
    return nasty.encode(json.dumps(body, ensure_ascii=random.random() < 0.5))


def _form(fields: dict[str, Json]) -> str:
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
    return urlencode(texts, errors="surrogatepass")


def _brackets(tree: Json, name: str = "") -> list[str]:
    """A tree as jQuery writes it: `a[b][]=1`."""
    if isinstance(tree, dict):
        inner = [(f"{name}[{key}]" if name else key, value) for key, value in tree.items()]
    elif isinstance(tree, list):
        inner = [(f"{name}[]", value) for value in tree]
    else:
        return [f"{_quoted(name)}={_quoted(str(tree))}"]
    return [pair for key, value in inner for pair in _brackets(value, key)]


def _multipart(fields: dict[str, Json]) -> bytes:
    parts = (
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    )
    return nasty.encode("".join(parts) + "--b--\r\n")


def _filled(tree: Json, names: dict[str, str]) -> Json:
    if isinstance(tree, dict):
        return {key: _filled(value, names) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_filled(value, names) for value in tree]
    return names.get(tree, tree) if isinstance(tree, str) else tree


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")


def _split(random: Random, raw: bytes) -> tuple[bytes, ...]:
    """The bytes in two to five writes."""
    cuts = sorted(random.randrange(len(raw) + 1) for _ in range(random.randint(1, 4)))
    return tuple(raw[start:end] for start, end in zip((0, *cuts), (*cuts, len(raw)), strict=True) if start < end)
