"""mockgms without metrics, as the measure of what they cost: `python -m benchmarks.unmetered serve ...`."""

import sys

from mockgms.cli import main
from mockgms.session.meter import AnswerKind, Meter


def _count_nothing(meter: Meter, kind: AnswerKind, seconds: float) -> None:
    """What takes the place of counting."""


if __name__ == "__main__":
    Meter.count = _count_nothing  # type: ignore[assignment, method-assign]  # there is no option to count nothing
    sys.exit(main())
