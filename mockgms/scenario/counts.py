"""How often each rule matched and fired, for each caller and for all callers together."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from msgspec import Struct

from mockgms.domain.allowance import Allowance, size_of_text
from mockgms.domain.instants import Instant
from mockgms.domain.invalid_snapshot import InvalidSnapshot
from mockgms.domain.quoting import quoted
from mockgms.scenario.recent import MAX_KEYS

# Bytes, measured on CPython 3.11 and rounded up.
CALLER: Final = 320  # without its text and its counts
COUNTS: Final = 80  # of one rule


class CallerCounts(Struct, gc=False):  # it can be in no reference cycle, and there are very many
    """How often a rule matched and fired for one caller, and when it first fired."""

    matches: int = 0
    firings: int = 0
    first_fired: Instant | None = None


class RuleTotal(Struct):
    """How often a rule matched and fired for all callers together."""

    matches: int = 0
    firings: int = 0


Row: TypeAlias = dict[str, CallerCounts]
"""The counts of one caller, by the name of the rule."""


class Counts:
    """The counts of the rules of one session.

    They are kept for the `max_callers` most recently used callers. Rules that do not distinguish callers have the
    caller "", whose counts are always kept.

    There is one row for each caller, not one entry for each rule and caller: with ten rules, the first booking of a
    caller takes an eighth less time.
    """

    def __init__(self, allowance: Allowance, max_callers: int = MAX_KEYS) -> None:
        self.of_session: Row = {}
        self._rows = OrderedDict[str, Row]()  # none of them is empty
        self._totals: dict[str, RuleTotal] = {}
        self._allowance = allowance
        self._max_callers = max_callers
        self._half = max_callers // 2  # up to here, the order of use is not recorded, because that takes time

    @property
    def totals(self) -> Mapping[str, RuleTotal]:
        """The totals by the name of the rule. A rule that never matched may be missing."""
        return self._totals

    def total(self, rule: str) -> RuleTotal:
        """Return the total of a rule, for adding matches and firings to it."""
        return self._totals.setdefault(rule, RuleTotal())

    def find(self, who: str) -> Row:
        """Return the counts of a caller, who becomes the most recently used one. Without counts, the row is empty."""
        row = self._rows.get(who)
        if row is None:
            return {} if who else self.of_session
        if len(self._rows) > self._half:
            self._rows.move_to_end(who)
        return row

    def start(self, rule: str, who: str, row: Row) -> CallerCounts:
        """Add new counts of a rule to the row of a caller that `find` has returned. Raises OutOfRoom before any change.

        They do not belong to the total of the rule yet.
        """
        if row or not who:
            self._allowance.take(COUNTS)
        else:
            self._allowance.take(CALLER + COUNTS + size_of_text(who))
            if len(self._rows) >= self._max_callers:
                self._free(*self._rows.popitem(last=False))
            self._rows[who] = row
        counts = row[rule] = CallerCounts()
        return counts

    def items(self) -> Iterator[tuple[str, str, CallerCounts]]:
        """Yield each rule, caller and counts, in the order of use: the most recently used caller comes last."""
        for who, row in (("", self.of_session), *self._rows.items()):
            for rule, counts in row.items():
                yield rule, who, counts

    def dropped(self) -> Iterator[tuple[str, int, int]]:
        """Yield each rule with its matches and firings for callers whose counts are no longer kept, if any."""
        kept: dict[str, RuleTotal] = {}
        for rule, _, counts in self.items():
            total = kept.setdefault(rule, RuleTotal())
            total.matches += counts.matches
            total.firings += counts.firings
        for rule, total in self._totals.items():
            of_kept = kept.get(rule, RuleTotal())
            if total.matches > of_kept.matches:
                yield rule, total.matches - of_kept.matches, total.firings - of_kept.firings

    def restore_in_steps(
        self, kept: Iterable[tuple[str, str, int, int, Instant | None]], dropped: Iterable[tuple[str, int, int]]
    ) -> Iterator[None]:
        """Restore counts in steps. This memory must be empty, and is not used if this raises.

        Args:
            kept: Each rule and caller of `items`, with the matches, the firings and the time of the first one.
            dropped: What `dropped` yields.

        Raises:
            InvalidSnapshot: Counts occur twice.
            OutOfRoom: There is no room for them.

        """
        for index, (rule, who, matches, firings, first_fired) in enumerate(kept):
            row = self.find(who)
            if rule in row:
                raise InvalidSnapshot(
                    f"counts[{index}]", f"is for the rule {quoted(rule)} and a caller that have counts already"
                )
            counts = self.start(rule, who, row)
            counts.matches, counts.firings, counts.first_fired = matches, firings, first_fired
            self._add_to_total(rule, matches, firings)
            yield
        for rule, matches, firings in dropped:
            self._add_to_total(rule, matches, firings)
            yield

    def _add_to_total(self, rule: str, matches: int, firings: int) -> None:
        total = self.total(rule)
        total.matches += matches
        total.firings += firings

    def remove(self, rules: Iterable[str]) -> None:
        """Remove all counts of some rules."""
        removed = self._totals.keys() & set(rules)
        if not removed:
            return
        for name in removed:
            del self._totals[name]
        for who, row in [("", self.of_session), *self._rows.items()]:
            for name in row.keys() & removed:
                del row[name]
                self._allowance.add(-COUNTS)
            if who and not row:
                self._free(who, self._rows.pop(who))

    def take_from(self, other: "Counts", rules: Iterable[str]) -> None:
        """Take over the counts of some rules from another memory with the same allowance, which is not used afterwards.

        This memory must be empty.
        """
        other.remove(other.totals.keys() - set(rules))
        self.of_session, self._rows, self._totals = other.of_session, other._rows, other._totals  # noqa: SLF001  # the same class

    def copy_from(self, other: "Counts") -> None:
        """Copy another memory. This one must be empty, and its allowance must count the copy already."""
        self.of_session.update(_copy_of(other.of_session))
        self._rows.update((who, _copy_of(row)) for who, row in other._rows.items())  # noqa: SLF001  # the same class
        self._totals.update((rule, RuleTotal(each.matches, each.firings)) for rule, each in other.totals.items())

    def _free(self, who: str, row: Row) -> None:
        """Free the room of a caller that is no longer kept."""
        self._allowance.add(-(CALLER + size_of_text(who) + COUNTS * len(row)))


def _copy_of(row: Row) -> Row:
    return {rule: CallerCounts(each.matches, each.firings, each.first_fired) for rule, each in row.items()}
