"""The operations that rules can name, and the wire versions, by their names."""

from typing import Final

OPERATIONS: Final = (
    "schedule",
    "reschedule",
    "cancel",
    "find",
    "availability",
    "open_for",
    "queue_status",
    "queue_position",
    "estimated_wait_time",
    "call_in",
    "statistics",
    "queues",
    "watermarks",
    "bulk_cancel",
    "report_cancelled",
    "check_phone_number",
)
VERSIONS: Final = ("v1", "v2", "v3")
