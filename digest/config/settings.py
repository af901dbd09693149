"""The settings: their names, kinds and defaults. What one value may be stands in `values`."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from digest.config.values import (
    Network,
    check_base_url,
    check_bounces,
    check_broker_url,
    check_database_url,
    check_folder,
    check_metrics_token,
    check_name_in_dns,
    check_old_secrets,
    check_secret,
    check_smtp_url,
    check_warm_up,
    read_by,
    read_mailbox,
    read_networks,
    read_origins,
)
from digest.model.languages import parse_language
from digest.model.messages import Mailbox
from digest.send.braking import COMPLAINTS_SHARE, REFUSED_SHARE, parse_share
from digest.send.paces import Pace, parse_paces, parse_rate
from digest.send.warm_up import parse_allowances


class Settings(BaseModel):  # type: ignore[explicit-any]  # pydantic's own generated methods
    """What an operator sets. Relative paths are of the working folder; an empty text is a setting left out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Path("var")
    database_url: Annotated[SecretStr, AfterValidator(check_database_url)] = SecretStr("")
    broker_url: Annotated[SecretStr, AfterValidator(check_broker_url)] = SecretStr("")
    smtp_url: Annotated[SecretStr, AfterValidator(check_smtp_url)] = SecretStr("")
    rate: Annotated[float | None, read_by(parse_rate)] = None
    pace: Annotated[dict[str, Pace], read_by(parse_paces)] = {}
    mx_lookup: bool = True
    warm_up_from: date | None = None
    warm_up: Annotated[tuple[int, ...], read_by(parse_allowances), AfterValidator(check_warm_up)] = ()
    base_url: Annotated[str, AfterValidator(check_base_url)] = "http://localhost:8000"
    secret: Annotated[SecretStr, AfterValidator(check_secret)] = SecretStr("")
    old_secrets: Annotated[SecretStr, AfterValidator(check_old_secrets)] = SecretStr("")
    sender: Annotated[Mailbox | None, BeforeValidator(read_mailbox), Field(alias="from")] = None
    reply_to: Annotated[Mailbox | None, BeforeValidator(read_mailbox)] = None
    bounces: Annotated[Mailbox | None, BeforeValidator(read_mailbox), AfterValidator(check_bounces)] = None
    dkim_domain: Annotated[str, AfterValidator(check_name_in_dns)] = ""
    dkim_rsa_selector: Annotated[str, AfterValidator(check_name_in_dns)] = ""
    dkim_rsa_key: SecretStr = SecretStr("")
    dkim_ed25519_selector: Annotated[str, AfterValidator(check_name_in_dns)] = ""
    dkim_ed25519_key: SecretStr = SecretStr("")
    name: str = ""
    postal_address: str = ""
    templates: Annotated[Path | None, AfterValidator(check_folder)] = None
    lang: Annotated[str, read_by(parse_language)] = "en"
    trusted_proxies: Annotated[tuple[Network, ...], BeforeValidator(read_networks)] = ()
    embed_origins: Annotated[tuple[str, ...], BeforeValidator(read_origins)] = ()
    keep_ips: bool = False
    ip_retention_days: Annotated[int, Field(ge=1, le=36_500)] = 90
    refuse_role_addresses: bool = False
    refuse_disposable: bool = False
    check_mx: bool = False
    authserv_id: Annotated[str, AfterValidator(check_name_in_dns)] = ""
    sign_ups: bool = True
    sign_ups_usual: Annotated[int, Field(ge=1, le=1_000_000)] = 30
    metrics_token: Annotated[SecretStr, AfterValidator(check_metrics_token)] = SecretStr("")
    allow_networks: Annotated[tuple[Network, ...], BeforeValidator(read_networks)] = ()
    brake_refused: Annotated[float | None, read_by(parse_share)] = REFUSED_SHARE
    brake_complaints: Annotated[float | None, read_by(parse_share)] = COMPLAINTS_SHARE
    retention_days: Annotated[int, Field(ge=7, le=36_500)] = 365
    log_format: Literal["human", "json"] = "human"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"
