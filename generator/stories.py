"""What has happened before an example: a callback is booked, a seat is taken, a key is asked for."""

from typing import Final

from generator.described import Call

SERVICE: Final = "sales"
PHONE: Final = "+14155550100"
OTHER_PHONE: Final = "+14155550101"
TEN: Final = "2026-03-02T10:00:00.000Z"
QUARTER_PAST: Final = "2026-03-02T10:15:00.000Z"
YESTERDAY: Final = "2026-03-01T10:00:00.000Z"
IN_MAY: Final = "2026-05-04T10:00:00.000Z"
NIGHT: Final = "2026-03-02T22:00:00.000Z"
# Ids come from the seed: the first two callbacks of any fresh session have these.
FIRST: Final = "4537c087-efb5-4404-a623-4023c86cb80f"
UNKNOWN: Final = "00000000-0000-4000-8000-000000000000"

BOOKED: Final = Call(
    "POST", "/genesys/1/service/callback/sales", {"_customer_number": PHONE, "_desired_time": TEN, "_subject": "Order"}
)
QUEUED: Final = Call("POST", "/genesys/1/service/callback/sales", {"_customer_number": PHONE})
CANCELLED: Final = Call("DELETE", f"/genesys/1/service/callback/sales/{FIRST}")

ONE_SEAT: Final = "services: {sales: {capacity: 1}}"
OFFICE_HOURS: Final = "services: {sales: {office_hours: [Mon-Fri 09:00-18:00]}}"
HORIZON: Final = "services: {sales: {horizon: 7d}}"
THROTTLED: Final = "services: {sales: {throttle: [{limit: 1, per: 5m}]}}"
PER_NUMBER: Final = "services: {sales: {per_number_per_day: 1}}"
QUEUE_OF_ONE: Final = "services: {sales: {max_queued: 1}}"
IN_QUEUE_CHECK: Final = "services: {sales: {in_queue_check: strict}}"
NUMBER_CHECKS: Final = "services: {sales: {numbers: {country: US, refuse_impossible: true, refuse_premium: true}}}"
NO_COUNTRY: Final = "services: {sales: {numbers: {refuse_premium: true}}}"
ONLY_SALES: Final = "unknown_services: refuse\nservices: {sales: {}}"
CONFLICT_429: Final = f"slot_conflict_status: 429\n{ONE_SEAT}"
KEYS: Final = "auth: {api_keys: [KEY-1]}"
BASIC: Final = "auth: {basic: {username: widget, password: secret}}"
RATE_LIMITED: Final = "rules: [{name: gateway, then: {fault: rate_limit, limit: 1, per: 1m}}]"
