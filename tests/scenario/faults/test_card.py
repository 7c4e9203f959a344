"""The sentences about faults, and what the start page gets of them."""

import json
import re
from pathlib import Path
from typing import Annotated, ClassVar

import pytest
from msgspec import Struct

from generator import faults
from mockgms.domain.annotations import DurationText, Look
from mockgms.scenario.declarations import keys_of
from mockgms.scenario.faults.card import Card, card_of, say
from mockgms.scenario.faults.catalog import FAULTS
from mockgms.scenario.faults.context import Context

ROOT = Path(__file__).parents[3]


class LosesData(Struct, frozen=True):
    """Loses data."""

    per: DurationText
    most: Annotated[int | None, Look("At most", start="3")] = None

    async def apply(self, context: Context) -> None:
        """Do nothing."""


class WithCard(LosesData, frozen=True):
    """Loses data, and says so."""

    card: ClassVar = Card("lose[ at most {most}] bytes per {per}[ until {missing}{most}]", "Lose data")
    missing: Annotated[str, Look(words={"": "", "a": "{per} [{most}]"})] = ""


def test_a_fault_without_a_card_has_the_words_of_its_name() -> None:
    assert card_of(LosesData) == Card("meet loses data", "Loses data", "Fault", "failed")
    assert say(LosesData, {"per": "1s"}) == "meet loses data"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"per": "1s"}, "lose bytes per 1s"),
        ({"per": "{most}[x]", "most": 3}, "lose at most 3 bytes per {most}[x]"),
        ({"per": "1s", "most": 0, "missing": "a"}, "lose at most 0 bytes per 1s until 1s 00"),
        ({}, "lose bytes per "),
    ],
)
def test_a_part_in_brackets_is_left_out_without_the_value_of_its_key(written: dict[str, object], expected: str) -> None:
    assert say(WithCard, written) == expected


@pytest.mark.parametrize("name", FAULTS)
def test_the_sentence_of_a_fault_names_only_its_keys(name: str) -> None:
    keys = keys_of(FAULTS[name])
    words = [text for key in keys.values() if key.look for text in key.look.words.values()]
    named = re.findall(r"\{(\w+)\}", " ".join([card_of(FAULTS[name]).says, *words]))
    assert set(named) <= set(keys)


def test_the_faults_of_the_start_page_are_up_to_date() -> None:
    assert (ROOT / faults.MODULE).read_text("utf-8") == faults.render_faults(), "out of date: run scripts/generate"


def test_the_start_page_offers_a_new_fault_from_its_class_alone() -> None:
    module = faults.render_faults([LosesData])
    [offered] = json.loads(module[module.index("= [") + 2 : module.rindex(",\n]")] + "]")
    assert offered == {
        "id": "loses_data",
        "fault": "loses_data",
        "status": "Fault",
        "kind": "failed",
        "label": "Loses data",
        "about": "Loses data.",
        "says": "meet loses data",
        "keys": [
            {"name": "per", "label": "per", "start": "30s", "initial": ""},
            {"name": "most", "label": "At most", "start": "3", "initial": ""},
        ],
    }
