"""Reading the settings: the file, the environment over it, and every problem of both at once."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from digest.config.settings import Settings
from digest.errors import SettingsError

_PREFIX = "DIGEST_"
_FILE_SUFFIX = "_FILE"
_MAX_FILE_OCTETS = 64 * 1024


def load_settings(environ: Mapping[str, str], *, file: Path = Path("digest.toml")) -> Settings:
    """Return the settings; the environment wins over the file. Raises SettingsError with every problem found.

    Unknown names in the file are problems; unknown DIGEST_ names in the environment are other programs' business.
    """
    problems: list[str] = []
    written = _read_file(file, problems)
    given = _read_environment(environ, problems)
    known = {field.alias or name for name, field in Settings.model_fields.items()}
    problems += [f'{file}: no setting "{name}"; docs/operations.md lists them' for name in written if name not in known]
    values = {name: value for name, value in (written | given).items() if name in known and value != ""}
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        found = [(str(one["loc"][0]), str(one["msg"])) for one in error.errors()]
        problems += [_explain(name, said, from_file=None if name in given else file) for name, said in found]
        raise SettingsError(problems) from error
    if problems:
        raise SettingsError(problems)
    return settings


def _explain(name: str, said: str, *, from_file: Path | None) -> str:
    place = f"{from_file}: {name}" if from_file else _PREFIX + name.upper()
    return f"{place}: {said.removeprefix('Value error, ').removeprefix('Input ')}"


def _read_file(file: Path, problems: list[str]) -> dict[str, object]:
    try:
        return dict(tomllib.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        problems.append(f"{file} cannot be read: {error}")
        return {}


def _read_environment(environ: Mapping[str, str], problems: list[str]) -> dict[str, object]:
    given: dict[str, object] = {}
    for variable, value in environ.items():
        if not variable.startswith(_PREFIX) or not value:
            continue
        name = variable.removeprefix(_PREFIX)
        if name.endswith(_FILE_SUFFIX):
            given.setdefault(name.removesuffix(_FILE_SUFFIX).lower(), _read_secret(variable, Path(value), problems))
        else:
            given[name.lower()] = value
    return given


def _read_secret(variable: str, path: Path, problems: list[str]) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(_MAX_FILE_OCTETS).strip()
    except (OSError, ValueError) as error:
        problems.append(f"{variable} names a file that cannot be read: {error}")
        return ""
