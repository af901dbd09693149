"""Settings: from `digest.toml` and the environment (`DIGEST_...`), secrets also from files (`DIGEST_..._FILE`).

Every bad value is reported at once, by the name an operator would set. docs/operations.md lists them all.
"""

from digest.config.loading import load_settings
from digest.config.settings import Settings

__all__ = ["Settings", "load_settings"]
