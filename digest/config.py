"""Settings: from `digest.toml` and the environment (`DIGEST_...`), secrets also from files (`DIGEST_..._FILE`).

Every bad value is reported at once, by the name an operator would set. docs/operations.md lists them all.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from email.utils import getaddresses, parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
)

from digest.errors import InputError, SettingsError
from digest.links import BOUNCE_DETAIL_CHARS
from digest.model.addresses import parse_address
from digest.model.messages import Mailbox
from digest.send.braking import COMPLAINTS_SHARE, REFUSED_SHARE, parse_share
from digest.send.paces import Pace, parse_paces, parse_rate
from digest.send.relay import parse_relays
from digest.send.warm_up import parse_allowances

_PREFIX = "DIGEST_"
_FILE_SUFFIX = "_FILE"
_MAX_FILE_OCTETS = 64 * 1024
_MIN_SECRET_CHARS = 32
_MAX_BOUNCES_CHARS = 64 - len("+") - BOUNCE_DETAIL_CHARS
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME_IN_DNS = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")

Network = IPv4Network | IPv6Network
_DATABASES = frozenset({"sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg"})
_BROKERS = frozenset({"redis", "rediss"})


def _read_networks(value: object) -> object:
    return tuple(map(ip_network, value.replace(",", " ").split())) if isinstance(value, str) else value


def _read_by(parse: Callable[[str], object]) -> BeforeValidator:
    def read(value: object) -> object:
        try:
            return parse(str(value))
        except InputError as error:
            raise ValueError(str(error)) from error

    return BeforeValidator(read)


def _read_mailbox(value: object) -> Mailbox:
    if len(getaddresses([str(value)])) > 1:
        raise ValueError("names more than one mailbox; write one: Newsroom Name <news@example.com>")
    name, address = parseaddr(str(value))
    try:
        return Mailbox(name=name, address=parse_address(address or str(value)))
    except InputError as error:
        raise ValueError(f"{error}; write it as: Newsroom Name <news@example.com>") from error


def _check_bounces(value: Mailbox | None) -> Mailbox | None:
    local, _, domain = value.address.spelling.partition("@") if value else ("", "", "")
    if len(local) > _MAX_BOUNCES_CHARS or len(domain) > 254 - 65 or not local.isascii():
        raise ValueError(
            f"must be ASCII and short: a plus sign and {BOUNCE_DETAIL_CHARS} characters follow its local part"
        )
    return value


def _check_name_in_dns(value: str) -> str:
    if not _NAME_IN_DNS.fullmatch(value):
        raise ValueError("must be a name in the DNS, in small ASCII letters, digits, hyphens and dots")
    return value


def _check_base_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError("must be the public address of the web part, like https://news.example.com")
    return value.rstrip("/")


def _check_secret(value: SecretStr) -> SecretStr:
    if 0 < len(value.get_secret_value()) < _MIN_SECRET_CHARS:
        raise ValueError(f"must have at least {_MIN_SECRET_CHARS} characters; leave it out to have one made")
    return value


def _check_smtp_url(value: SecretStr) -> SecretStr:
    try:
        parse_relays(value.get_secret_value())
    except InputError as error:
        raise ValueError(str(error)) from error
    return value


def _check_database_url(value: SecretStr) -> SecretStr:
    scheme, _, rest = value.get_secret_value().partition("://")
    is_unclear = scheme.startswith("sqlite") and not rest.startswith("/")  # a file's path follows a third slash
    if scheme not in _DATABASES or not rest.strip("/") or is_unclear:
        raise ValueError("must be like postgresql+psycopg://user:password@host/name or sqlite:////path/to/digest.db")
    return value


def _check_broker_url(value: SecretStr) -> SecretStr:
    parts = urlsplit(value.get_secret_value())
    if parts.scheme not in _BROKERS or not parts.hostname:
        raise ValueError("must be like redis://:password@host:6379/0, or rediss:// for TLS")
    return value


def _check_warm_up(value: tuple[int, ...], info: ValidationInfo[None]) -> tuple[int, ...]:
    if "warm_up_from" in info.data and info.data["warm_up_from"] is None:
        raise ValueError("needs DIGEST_WARM_UP_FROM: the first day, like 2026-11-22")
    return value


def _check_folder(value: Path | None) -> Path | None:
    if value is not None and not value.is_dir():
        raise ValueError(f"{value} is not a folder that is there")
    return value


class Settings(BaseModel):  # type: ignore[explicit-any]  # pydantic's own generated methods
    """What an operator sets. Relative paths are of the working folder; an empty text is a setting left out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Path("var")
    database_url: Annotated[SecretStr, AfterValidator(_check_database_url)] = SecretStr("")
    broker_url: Annotated[SecretStr, AfterValidator(_check_broker_url)] = SecretStr("")
    smtp_url: Annotated[SecretStr, AfterValidator(_check_smtp_url)] = SecretStr("")
    rate: Annotated[float | None, _read_by(parse_rate)] = None
    pace: Annotated[dict[str, Pace], _read_by(parse_paces)] = {}
    mx_lookup: bool = True
    warm_up_from: date | None = None
    warm_up: Annotated[tuple[int, ...], _read_by(parse_allowances), AfterValidator(_check_warm_up)] = ()
    base_url: Annotated[str, AfterValidator(_check_base_url)] = "http://localhost:8000"
    secret: Annotated[SecretStr, AfterValidator(_check_secret)] = SecretStr("")
    sender: Annotated[Mailbox | None, BeforeValidator(_read_mailbox), Field(alias="from")] = None
    reply_to: Annotated[Mailbox | None, BeforeValidator(_read_mailbox)] = None
    bounces: Annotated[Mailbox | None, BeforeValidator(_read_mailbox), AfterValidator(_check_bounces)] = None
    dkim_domain: Annotated[str, AfterValidator(_check_name_in_dns)] = ""
    dkim_rsa_selector: Annotated[str, AfterValidator(_check_name_in_dns)] = ""
    dkim_rsa_key: SecretStr = SecretStr("")
    dkim_ed25519_selector: Annotated[str, AfterValidator(_check_name_in_dns)] = ""
    dkim_ed25519_key: SecretStr = SecretStr("")
    name: str = ""
    postal_address: str = ""
    templates: Annotated[Path | None, AfterValidator(_check_folder)] = None
    allow_networks: Annotated[tuple[Network, ...], BeforeValidator(_read_networks)] = ()
    brake_refused: Annotated[float | None, _read_by(parse_share)] = REFUSED_SHARE
    brake_complaints: Annotated[float | None, _read_by(parse_share)] = COMPLAINTS_SHARE
    retention_days: Annotated[int, Field(ge=7, le=36_500)] = 365
    log_format: Literal["human", "json"] = "human"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"


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
