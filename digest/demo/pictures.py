"""Previews that open with their pictures while offline: the newsroom's addresses lead nowhere, so copies lie beside."""

import re
import shutil
from pathlib import Path

from digest.demo.masthead import COURIER, PICTURES

_PICTURE_URL = re.compile(re.escape(COURIER.site_url) + r"/pictures/([a-z0-9-]+\.(?:jpg|png))")


def write_preview(html: str, folder: Path, *, name: str) -> Path:
    """Write a preview into the folder as `name`, with the newsroom's pictures beside it; return its path.

    Addresses of pictures on the newsroom's site become relative ones. Any other address stays as it is.
    """
    copies = folder / "pictures"
    copies.mkdir(parents=True, exist_ok=True)
    known = {path.name for path in PICTURES.iterdir()}
    shown = {picture for picture in _PICTURE_URL.findall(html) if picture in known}
    for picture in shown:
        shutil.copyfile(PICTURES / picture, copies / picture)
    path = folder / name
    path.write_text(_PICTURE_URL.sub(lambda url: _relative(url, shown), html), encoding="utf-8")
    return path


def _relative(url: re.Match[str], shown: set[str]) -> str:
    return f"pictures/{url[1]}" if url[1] in shown else url[0]
