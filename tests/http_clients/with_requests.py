"""The requests by the library requests: forms for v1, JSON for v3."""

import json
import sys

import requests

BASE = sys.argv[1]
V1 = f"{BASE}/genesys/1/service/callback/sales"
V3 = f"{BASE}/engagement/v3/callbacks"
TEN = "2026-03-02T10:00:00Z"

with requests.Session() as session:
    answers = [session.get(f"{V1}/availability", params={"start": TEN, "maxTimeSlots": "2"}, timeout=10)]
    booking = {"_customer_number": "+14155550100", "_desired_time": TEN, "name": "Zoë 😀"}
    booked = session.post(V1, data=booking, timeout=10)
    answers.append(booked)
    full = {"serviceName": "sales", "phoneNumber": "+14155550101", "desiredTime": TEN}
    throttled = {"serviceName": "sales", "phoneNumber": "+14155550429"}
    answers += [session.post(f"{V3}/create", json=fields, timeout=10) for fields in (full, throttled)]
    answers.append(session.post(V1, files={"_customer_number": (None, "+14155550500")}, timeout=10))  # multipart
    answers.append(session.delete(f"{V1}/{booked.json()['_id']}", timeout=10))
sys.stdout.write(
    json.dumps(
        [
            {"status": answer.status_code, "body": answer.json(), "wait": answer.headers.get("Retry-After")}
            for answer in answers
        ]
    )
)
