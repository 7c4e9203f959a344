"""The packages that check the JavaScript."""

import json
import re
from typing import Any

from tests.docs.markdown import ROOT


def _json(name: str) -> Any:
    return json.loads((ROOT / name).read_text())


def test_each_package_has_a_reason_and_an_exact_version() -> None:
    package = _json("package.json")
    versions = package["devDependencies"]
    assert versions.keys() == package["//devDependencies"].keys()
    assert [version for version in versions.values() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_the_lock_file_names_no_registry() -> None:
    locked = _json("package-lock.json")["packages"]
    assert [name for name, entry in locked.items() if "resolved" in entry] == []


def test_the_npm_package_names_its_repository_without_which_it_cannot_be_published_with_provenance() -> None:
    package = _json("clients/javascript/package.json")
    assert package["repository"] == {
        "type": "git",
        "url": "git+https://github.com/mockgms/mockgms.git",
        "directory": "clients/javascript",
    }


def test_the_readme_of_the_npm_package_links_to_files_of_the_repository() -> None:
    readme = (ROOT / "clients" / "javascript" / "README.md").read_text()
    files = re.findall(r"https://github\.com/mockgms/mockgms/blob/main/([^)#]+)", readme)
    assert files
    assert [file for file in files if not (ROOT / file).is_file()] == []
