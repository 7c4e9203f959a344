"""The codes of refusals, which v3 has and v1 may share.

The widget has texts for those of v3 (verified). Those of v1 are assumed to be the same.
"""

from typing import Final

INVALID: Final = 501
KEY_WRONG: Final = 503
KEY_MISSING: Final = 1103
NUMBER_UNREADABLE: Final = 7030
NUMBER_IMPOSSIBLE: Final = 7036
NUMBER_NOT_ALLOWED: Final = 7037
SERVICE_UNKNOWN: Final = 7040
TOO_MANY: Final = 7041
CLOSED: Final = 7042
