"""The forms in which a client sends a scenario."""

import json

import pytest

from mockgms.scenario.catalog import Catalog
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.sent_scenario import load_sent_scenario

FORMS = 'write {"name": "office-hours"}, `files`, or a whole scenario that begins with `description`'
ALONE = "to change a scenario, write `description` and `extends` instead of `name`"
OWN = {"own.yaml": "description: Mine."}


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ('{"name": "office-hours"}', "office-hours"),
        ("name: office-hours", "office-hours"),
        ("description: Mine.", "<body>"),
        (json.dumps({"files": OWN}), "own"),
        (json.dumps({"files": OWN}, indent=2), "own"),
        (json.dumps({"variables": {}, "files": OWN}), "own"),
        ("\ufeff" + json.dumps({"files": OWN}), "own"),
        ('\ufeff{"name": "office-hours"}', "office-hours"),
    ],
)
def test_a_scenario_is_sent_by_name_as_files_or_whole(body: str, name: str) -> None:
    assert load_sent_scenario(body.encode(), Catalog()).name == name


@pytest.mark.parametrize(
    ("body", "mistake"),
    [
        ('{"name": 5}', f"<body>:1:10: `name` takes the name of a scenario, not 5: {FORMS.partition(',')[0]}"),
        ("name: [a]", f'<body>:1:7: `name` takes the name of a scenario, not ["a"]: {FORMS.partition(",")[0]}'),
        ("name: default\nseed: 3", f"<body>:2:1: `name` takes no keys beside it: {ALONE}"),
        ("nam: default", "<body>:1:1: unknown key `nam`, did you mean `name`?"),
        ("scenario: default", f"<body>:1:1: unknown key `scenario`: {FORMS}"),
        ('{"files": {"a": "b"}, "variable": {}}', "<body>:1:23: unknown key `variable`, did you mean `variables`?"),
        ("variables: {}", f"<body>:1:1: `files` is missing: {FORMS}"),
        ("default", '<body>:1:1: write {"name": "default"} for the scenario of this name'),
        ('"default"', '<body>:1:1: write {"name": "default"} for the scenario of this name'),
        ("seed: 3", "<body>:1:1: `description` is missing"),
        ('{"name": "a", "name": "b"}', "<body>:1:15: `name` is set twice: keep it here or in line 1"),
        ('{"files": {"a": "b"},\n "files": {}}', "<body>:2:2: `files` is set twice: keep one of them"),
        ('{"files": {"é": "", "é": ""}}', "<body>:1:21: `files.é` is set twice: keep one of them"),
        ("{", "<body>:2:1: is not YAML: did not find expected node content"),
    ],
)
def test_a_body_in_another_form_says_what_to_write(body: str, mistake: str) -> None:
    with pytest.raises(ScenarioMistakes) as mistakes:
        load_sent_scenario(body.encode(), Catalog())
    assert str(mistakes.value) == mistake


def test_a_long_body_is_a_whole_scenario() -> None:
    with pytest.raises(ScenarioMistakes, match="`description` is missing"):
        load_sent_scenario(b"name: 5 #" + b"x" * 1000, Catalog())
