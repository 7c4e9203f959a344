"""The default scenario without YAML."""

import pytest

from mockgms.scenario.catalog import Catalog
from mockgms.scenario.kept_document import find_kept
from mockgms.scenario.yaml_reader import read_yaml

TEXTS = [file.read_bytes() for file in Catalog().load("default").files]


@pytest.mark.parametrize("text", TEXTS)
def test_the_files_of_the_default_scenario_are_kept_with_the_places_of_their_yaml(text: bytes) -> None:
    kept = find_kept(text, "x.yaml")
    assert kept is not None
    assert kept == read_yaml(text, "x.yaml", [])


def test_another_text_is_not_kept() -> None:
    assert find_kept(TEXTS[0] + b"\n", "x.yaml") is None
