"""Style sheets, scripts and pictures of the pages: read once, and served under the fingerprint of their content."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2s
from pathlib import Path

MEDIA_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file. `fingerprint` changes with its content, and stands in its address."""

    content: bytes
    media_type: str
    fingerprint: str


def read_assets(folders: Iterable[Path]) -> dict[str, Asset]:
    """Return the files of these folders by name; of two with one name, the later folder's. Other kinds are left out."""
    paths = [path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir())]
    return {path.name: _read_asset(path) for path in paths if path.suffix in MEDIA_TYPES and path.is_file()}


def _read_asset(path: Path) -> Asset:
    content = path.read_bytes()
    fingerprint = blake2s(content, digest_size=8).hexdigest()
    return Asset(content=content, media_type=MEDIA_TYPES[path.suffix], fingerprint=fingerprint)
