"""The classes of the refusals that every API can answer."""

from mockgms.api.admin.refusals import RequestRefused
from mockgms.domain.refusals import Refusal, leaves

# Not those that only the admin API has, and none that a test defines.
REFUSALS = frozenset(
    kind for kind in leaves(Refusal) if kind.__module__.startswith("mockgms.") and not issubclass(kind, RequestRefused)
)
