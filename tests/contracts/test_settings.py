"""Every setting is described where an operator looks for it."""

from digest.config import Settings
from tests.contracts.modules import ROOT

DESCRIBED_IN = ROOT / "docs/operations.md"


def test_every_setting_is_described() -> None:
    settings = {f"DIGEST_{(field.alias or name).upper()}" for name, field in Settings.model_fields.items()}

    described = DESCRIBED_IN.read_text(encoding="utf-8")

    assert {name for name in settings if f"`{name}`" not in described} == set()
