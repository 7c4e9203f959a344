"""Bodies as real clients send them: form x charset x encoding x API, compared by the callback that is stored."""

import gzip
import json
import sys
import zlib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote_plus

import brotli  # type: ignore[import-untyped]
import pytest

from mockgms.http.body import LARGEST_BODY, parse_body
from mockgms.http.content_encoding import decode_body
from mockgms.http.messages import Request
from mockgms.http.refusals import Unreadable, UnsupportedBody
from tests.live import Client
from tests.messages import HAS_FRACTION

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

NUMBER = "+14155550100"
V1 = "/genesys/1/service/callback/sales"
V3 = "/callbacks/create"
NAMES = {V1: ("_customer_number", "first"), V3: ("phoneNumber", "userData[first]")}

CHARSETS = {
    "": "Zoë 😀",
    "UTF-8": "Zoë 😀",
    "ISO-8859-1": "Zoë",
    "Shift_JIS": "アA",
    "windows-1251": "Иван",
    "UTF-16": "Zoë",
}
ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "": lambda body: body,
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "gzip, gzip": lambda body: gzip.compress(gzip.compress(body)),
    "br": brotli.compress,
    "zstd": zstd.compress,
}


class Sent(NamedTuple):
    """A body with its content type."""

    content_type: str
    body: bytes


def fields(path: str, text: str) -> dict[str, str]:
    number, first = NAMES[path]
    return {number: NUMBER, first: text} | ({} if path == V1 else {"serviceName": "sales"})


def as_json(path: str, text: str, charset: str) -> Sent:
    user = {"first": text} if path == V1 else {"userData": {"first": text}, "serviceName": "sales"}
    body = json.dumps({NAMES[path][0]: NUMBER, **user}, ensure_ascii=False)
    return Sent("application/json", body.encode(charset or "utf-8"))


def as_text(path: str, text: str, charset: str) -> Sent:
    return as_json(path, text, charset)._replace(content_type="text/plain")


def as_form(path: str, text: str, charset: str) -> Sent:
    whole = charset == "UTF-16"  # the escapes of a form that is UTF-16 as a whole are UTF-8
    pairs = (
        (quote_plus(part, encoding="utf-8" if whole else charset or "utf-8") for part in pair)
        for pair in fields(path, text).items()
    )
    body = "&".join("=".join(pair) for pair in pairs)
    return Sent("application/x-www-form-urlencoded", body.encode(charset if whole else "ascii"))


def as_parts(path: str, text: str, charset: str) -> Sent:
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value.encode(charset or "utf-8")
        for name, value in fields(path, text).items()
    ]
    file = b'--b\r\nContent-Disposition: form-data; name="plan"; filename="plan.pdf"\r\n\r\n\0\xff\xfe\r\n--b--'
    return Sent("multipart/form-data; boundary=b", b"\r\n".join((*parts, file)))


async def stored(client: Client) -> Mapping[str, Any]:
    """Return the number and the user's data of the only callback."""
    [callback] = await (await client.get("/__admin/callbacks")).json()
    return {"phone": callback["phone"], **callback["properties"]}


async def journaled(client: Client) -> Mapping[str, Any]:
    """Return the last request in the journal."""
    journal = await (await client.get("/__admin/requests?unmasked=true")).json()
    last: Mapping[str, Any] = journal["requests"][-1]
    return last


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("form", [as_json, as_text, as_form, as_parts])
@pytest.mark.parametrize("path", [V1, V3])
async def test_a_body_of_any_form_charset_and_encoding_is_stored(
    client: Client, path: str, form: Callable[[str, str, str], Sent], charset: str, encoding: str
) -> None:
    text = CHARSETS[charset]
    content_type, body = form(path, text, charset)
    headers = {"Content-Type": f"{content_type}; charset={charset}" if charset else content_type}
    if encoding:
        headers["Content-Encoding"] = encoding
    answer = await client.post(path, data=ENCODINGS[encoding](body), headers=headers)
    assert answer.status == 200, await answer.text()
    file = {"plan": "plan.pdf"} if form is as_parts and path == V1 else {}
    assert await stored(client) == {"phone": NUMBER, "first": text, **file}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("form", [as_json, as_text, as_form])
@pytest.mark.parametrize("path", [V1, V3])
async def test_a_byte_order_mark_says_how_a_body_without_a_charset_is_encoded(
    client: Client, path: str, form: Callable[[str, str, str], Sent], encoding: str
) -> None:
    content_type, body = form(path, "Zoë", "")
    answer = await client.post(path, data=body.decode().encode(encoding), headers={"Content-Type": content_type})
    assert answer.status == 200, await answer.text()
    assert await stored(client) == {"phone": NUMBER, "first": "Zoë"}


@pytest.mark.parametrize(
    ("number", "phone"),
    [
        ("4155550100.0", "4155550100"),
        ("4.1555501e9", "4155550100"),
        ("4155550100", "4155550100"),
        ("90071992547409931", "90071992547409931"),
    ],
)
@pytest.mark.parametrize("path", [V1, V3])
async def test_a_number_is_kept_exactly(client: Client, path: str, number: str, phone: str) -> None:
    body = f'{{"serviceName":"sales","{NAMES[path][0]}":{number}}}'
    answer = await client.post(path, data=body, headers={"Content-Type": "application/json"})
    assert (answer.status, (await stored(client))["phone"]) == (200, phone)


@pytest.mark.parametrize("path", [V1, V3, f"{V1}/x"])
async def test_a_number_with_a_fraction_is_refused(client: Client, path: str) -> None:
    body = '{"serviceName":"sales","_customer_number":4155550100.5,"phoneNumber":4155550100.5}'
    send = client.put if path == f"{V1}/x" else client.post
    answer = await send(path, data=body, headers={"Content-Type": "application/json"})
    assert answer.status == 400
    assert f"{HAS_FRACTION}." in await answer.text()


async def test_a_whole_number_in_the_data_of_the_user_is_kept_exactly(client: Client) -> None:
    body = '{"_customer_number":"+14155550100","id":12345678901234567890123,"id":9007199254740993}'
    await client.post(V1, data=body, headers={"Content-Type": "application/json"})
    assert await stored(client) == {"phone": NUMBER, "id": "9007199254740993"}


def v1_words(status: int, message: str) -> object:
    phrase = "UNSUPPORTED_BODY" if status == 415 else "BAD_PARAMETER"
    code = 415 if status == 415 else 501
    return {"exception": "com.genesyslab.gsg.GSGException", "message": message, "code": code, "phrase": phrase}


UNUSABLE = {
    "form as JSON": ({"Content-Type": "application/json"}, b"_customer_number=%2B14155550100"),
    "JSON as form": ({"Content-Type": "application/x-www-form-urlencoded"}, b'{"_customer_number":"+1"}'),
    "half a pair": ({}, b'{"first":"\\ud83d"}'),
    "cut off": ({}, b'{"first":"Bo'),
    "not packed": ({"Content-Encoding": "gzip"}, b"{}"),
    "no deflate": ({"Content-Encoding": "deflate"}, b"\xff\xff"),
    "encoding": ({"Content-Encoding": "compress"}, b"{}"),
    "charset": ({"Content-Type": "application/json; charset=utf-99"}, b"{}"),
}


def refusal_of(headers: dict[str, str], body: bytes) -> tuple[int, str]:
    """Return the status and the sentence of the refusal of a body. `tests/http` asserts the sentences."""
    names = {name.lower(): value for name, value in headers.items()}
    try:
        decoded = decode_body(body, names.get("content-encoding", ""), LARGEST_BODY)
        parse_body(Request("POST", V1, headers=names, body=decoded), nested=False)
    except Unreadable as refusal:
        return 400, refusal.sentence
    except UnsupportedBody as refusal:
        return 415, f"The body {refusal.reason}."
    raise AssertionError("the body can be used")


@pytest.mark.parametrize(("headers", "body"), UNUSABLE.values(), ids=UNUSABLE)
async def test_a_body_that_cannot_be_used_is_refused_in_the_format_of_its_api_and_journaled(
    client: Client, headers: dict[str, str], body: bytes
) -> None:
    status, sentence = refusal_of(headers, body)
    of_v1 = v1_words(status, f"Invalid parameter: {sentence}" if status == 400 else sentence)
    answer = await client.post(V1, data=body, headers=headers)
    assert (answer.status, await answer.json()) == (status, of_v1)
    entry = await journaled(client)
    assert (entry["request"]["path"], json.loads(entry["answer"]["body"])) == (V1, of_v1)
    answer = await client.post(V3, data=body, headers=headers)
    of_v3 = (await answer.json())["status"]
    code = 501 if status == 400 else 415
    assert (answer.status, of_v3) == (status, {"code": code, "message": sentence, "corrId": of_v3["corrId"]})
    entry = await journaled(client)
    assert (entry["request"]["path"], json.loads(entry["answer"]["body"])["status"]) == (V3, of_v3)


async def test_a_scenario_in_an_unknown_content_encoding_is_refused(client: Client) -> None:
    headers = {"Content-Encoding": "compress"}
    _, sentence = refusal_of(headers, b"{}")
    answer = await client.put("/__admin/scenario", data=b"{}", headers=headers)
    assert (answer.status, await answer.json()) == (415, {"message": sentence, "field": "body"})


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "gzip, gzip"])
async def test_a_small_body_that_decompresses_to_too_many_bytes_is_refused(client: Client, encoding: str) -> None:
    answer = await client.post(
        V1, data=ENCODINGS[encoding](bytes(20 * LARGEST_BODY)), headers={"Content-Encoding": encoding}
    )
    assert (answer.status, (await answer.json())["message"]) == (413, "The body has more than 1048576 bytes.")


async def test_the_journal_shows_a_body_decoded_and_masks_its_numbers(client: Client) -> None:
    body = '{"_customer_number":"+14155550100","first":"Zoë"}'
    for charset in ("utf-16", "utf-16-le", "iso-8859-1"):
        headers = {"Content-Type": f"application/json; charset={charset}"}
        await client.post(V1, data=body.encode(charset), headers=headers)
        [*_, entry] = (await (await client.get("/__admin/requests")).json())["requests"]
        assert entry["request"]["body"] == '{"_customer_number":"+1415***0100","first":"Zoë"}'
