"""Keys for signed mail, and how many signatures OpenSSL itself makes."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

SECONDS = 3


def make_settings(folder: Path) -> Mapping[str, str]:
    """Make an RSA-2048 key; return the settings with which the program signs by it."""
    key = folder / "dkim-rsa.pem"
    subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
    return {"DIGEST_DKIM_RSA_SELECTOR": "bench", "DIGEST_DKIM_RSA_KEY_FILE": str(key)}


def openssl_signs_a_second() -> float:
    """Return how many RSA-2048 signatures a second `openssl speed` makes on one core."""
    command = ["openssl", "speed", "-seconds", str(SECONDS), "rsa2048"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"^rsa 2048 bits\s+\S+\s+\S+\s+([\d.]+)", said, re.MULTILINE)
    if found is None:
        raise RuntimeError(f"openssl speed says nothing of RSA-2048:\n{said}")
    return float(found[1])
