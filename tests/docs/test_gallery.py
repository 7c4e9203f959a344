"""The gallery: its scenarios meet the expectations of their examples, and its page is up to date."""

from pathlib import Path

import pytest

from generator.gallery import PAGE, gallery_files, render_gallery
from mockgms.commands.trying import outcomes
from mockgms.scenario.catalog import Catalog
from tests.docs.markdown import ROOT

FILES = gallery_files(ROOT)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_request_of_an_example_in_the_gallery_has_the_expected_outcome(file: Path) -> None:
    catalog = Catalog()
    scenario = catalog.load_file(file)
    assert scenario.warnings == ()
    met = outcomes(scenario, catalog)
    assert [(outcome.request, outcome.differences) for outcome in met if outcome.differences] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_of_the_gallery_begins_with_a_comment_and_expects_a_status_for_each_request(file: Path) -> None:
    assert file.read_text().startswith("# ")
    steps = [step for example in Catalog().load_file(file).examples for step in example.steps]
    assert steps
    assert all(step.expect.status is not None for step in steps)


def test_the_gallery_has_thirty_scenarios() -> None:
    assert len(FILES) == 30


def test_the_page_of_the_gallery_is_up_to_date() -> None:
    assert (ROOT / PAGE).read_text() == render_gallery(ROOT), (
        "docs/gallery/index.md is out of date: run scripts/generate"
    )
