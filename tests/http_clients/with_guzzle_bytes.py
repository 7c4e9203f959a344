"""The requests in the bytes of PHP's Guzzle: multipart parts with a `Content-Length` each, JSON, and `Expect`."""

import json
import sys
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlsplit

BASE = urlsplit(sys.argv[1])
V1 = f"{BASE.path}/genesys/1/service/callback/sales"
V3 = f"{BASE.path}/engagement/v3/callbacks"
TEN = "2026-03-02T10:00:00Z"
AGENT = {"User-Agent": "GuzzleHttp/7"}
BOUNDARY = "5f1ad2a9c1a6e0f3b2d4"
connection = HTTPConnection(BASE.netloc, timeout=10)
outcomes: list[Any] = []


def send(method: str, path: str, body: bytes | None = None, kind: str = "") -> Any:
    """Send a request, and return the decoded body of its answer."""
    connection.request(method, path, body, {**AGENT, "Content-Type": kind} if kind else AGENT)
    answer = connection.getresponse()
    decoded = json.loads(answer.read())
    outcomes.append({"status": answer.status, "body": decoded, "wait": answer.getheader("Retry-After")})
    return decoded


def multipart(**fields: str) -> tuple[bytes, str]:
    """Return a body and its type, with the parts in Guzzle's form."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n'
        f"Content-Length: {len(value.encode())}\r\n\r\n{value}\r\n"
        for name, value in fields.items()
    ]
    return f"{''.join(parts)}--{BOUNDARY}--\r\n".encode(), f"multipart/form-data; boundary={BOUNDARY}"


def as_json(**fields: str) -> tuple[bytes, str]:
    """Return a body and its type as PHP's `json_encode` writes it: slashes and all but ASCII are escaped."""
    return json.dumps(fields).replace("/", "\\/").encode(), "application/json"


send("GET", f"{V1}/availability?start={quote(TEN, safe='')}&maxTimeSlots=2")
booked = send("POST", V1, *multipart(_customer_number="+14155550100", _desired_time=TEN, name="Zoë 😀"))
send("POST", f"{V3}/create", *as_json(serviceName="sales", phoneNumber="+14155550101", desiredTime=TEN))
send("POST", f"{V3}/create", *as_json(serviceName="sales", phoneNumber="+14155550429"))
send("POST", V1, *multipart(_customer_number="+14155550500"))
send("DELETE", f"{V1}/{booked['_id']}")
sys.stdout.write(json.dumps(outcomes))
