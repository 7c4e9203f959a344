"""The scenario of a configuration export of GMS, for the commands that import one."""

from pathlib import Path

from mockgms.files.regular_file import read_file
from mockgms.scenario.catalog import Catalog
from mockgms.scenario.mistakes import ScenarioMistakes
from mockgms.scenario.nodes import LARGEST
from mockgms.scenario.option_export import ImportedScenario, InvalidExport, import_options


def imported_scenario(file: str) -> ImportedScenario:
    """Return the scenario for the export in a file. Raises ValueError with a line for each mistake."""
    try:
        content = read_file(Path(file), LARGEST)
    except (OSError, ValueError) as error:
        raise ValueError(f"{file}: {getattr(error, 'strerror', None) or error}") from None
    if len(content) > LARGEST:
        raise ValueError(f"{file}: has more than {LARGEST:,} bytes")
    try:
        imported = import_options(content.decode("utf-8-sig"), Path(file).name)
        Catalog([]).parse(imported.text)
    except UnicodeDecodeError:
        raise ValueError(f"{file}: is not UTF-8: save it as UTF-8") from None
    except InvalidExport as invalid:
        raise ValueError("\n".join(f"{file}: {mistake}" for mistake in invalid.mistakes)) from None
    except ScenarioMistakes as mistakes:
        raise ValueError(str(mistakes)) from None
    return imported
