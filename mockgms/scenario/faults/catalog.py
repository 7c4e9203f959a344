"""All faults, by the names that scenario files call them by."""

from typing import Final

from mockgms.scenario.faults.body import Garbage, SlowBody, Truncate
from mockgms.scenario.faults.conflict import OfficeClosed, SlotConflict
from mockgms.scenario.faults.connection import Disconnect, Empty, Hang
from mockgms.scenario.faults.delay import Delay
from mockgms.scenario.faults.rate_limit import RateLimit
from mockgms.scenario.faults.respond import Respond
from mockgms.scenario.faults.rival import Rival
from mockgms.scenario.faults.server_error import ServerError
from mockgms.scenario.faults.throttle import Throttle
from mockgms.scenario.rules import Fault

# Each class is a frozen dataclass: its annotated fields are the fault's keys, its docstring their description. What no
# annotation can say is checked in `__post_init__`, which raises ValueError with a sentence.
FAULTS: Final[dict[str, type[Fault]]] = {
    "slot_conflict": SlotConflict,
    "office_closed": OfficeClosed,
    "throttle": Throttle,
    "rate_limit": RateLimit,
    "server_error": ServerError,
    "respond": Respond,
    "delay": Delay,
    "hang": Hang,
    "disconnect": Disconnect,
    "empty": Empty,
    "truncate": Truncate,
    "garbage": Garbage,
    "slow_body": SlowBody,
    "rival": Rival,
}
