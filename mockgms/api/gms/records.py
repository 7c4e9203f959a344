"""Records: the form of callbacks in answers of v1.

All values are text, because the official Swift client reads nothing else (verified).
"""

from base64 import b32encode
from hashlib import sha256
from typing import Final
from urllib.parse import quote

from mockgms.domain.callback import Callback
from mockgms.domain.instants import DAY, Instant, render_instant
from mockgms.http.body import as_text
from mockgms.session import Session

OWN_KEYS: Final = frozenset(
    {
        "_id",
        "_service_name",
        "_desired_time",
        "_callback_state",
        "_callback_reason",
        "_expiration_time",
        "_customer_number",
        "_url",
        "url",
    }
)

_ORS_SESSION: Final = "_ors_session_id"
_LIFETIME: Final = DAY  # the default of GMS's option `_ttl` (verified), counted from the desired time (assumed)


def render_record(callback: Callback, session: Session, now: Instant) -> dict[str, str]:
    """Return the record of a callback.

    It has the keys that GMS always returns (documented), and those lookup keys and returned keys of the service that
    the callback has. A callback that has been queued has an `_ors_session_id` if that is a returned key (documented).
    Only a completed callback has `_callback_reason` (verified). The documentation calls the path of the callback
    `_url`, the official clients read `url`. The record has both.
    """
    status = session.bookings.status(callback, now)
    url = f"/genesys/1/service/callback/{quote(callback.service, safe='')}/{callback.id}"
    service = session.bookings.service(callback.service)
    record = {
        key: as_text(callback.properties[key])
        for key in (*service.lookup_keys, *service.returned_keys)
        if key in callback.properties and key not in OWN_KEYS
    }
    record |= {
        "_id": callback.id,
        "_service_name": callback.service,
        "_desired_time": render_instant(callback.desired),
        "_callback_state": status.state.value,
        "_expiration_time": render_instant(callback.desired + _LIFETIME),
        "_customer_number": callback.number,
        "_url": url,
        "url": url,
    }
    if status.reason is not None:
        record["_callback_reason"] = status.reason
    if _ORS_SESSION in service.returned_keys and callback.queued_at <= (
        now if callback.outcome is None else callback.outcome.at
    ):
        record[_ORS_SESSION] = b32encode(sha256(callback.id.encode()).digest()[:20]).decode()
    return record
