"""The site: what views work with, made once from services and settings."""

from dataclasses import dataclass
from pathlib import Path

from digest.bootstrap import template_folders
from digest.config import Settings
from digest.config.values import Network
from digest.flows.browsing import Shelf
from digest.flows.services import Services
from digest.web.assets import Asset, read_assets
from digest.web.meters import Meters
from digest.web.pages import Pages


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """What the settings say of the web alone. `metrics_token` is empty where nobody may read metrics."""

    lang: str
    trusted_proxies: tuple[Network, ...]
    embed_origins: tuple[str, ...]
    metrics_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a view works with: services to call flows with, pages to answer with, assets by name, meters, a shelf."""

    services: Services
    settings: WebSettings
    pages: Pages
    assets: dict[str, Asset]
    meters: Meters
    shelf: Shelf


def open_site(services: Services, settings: Settings) -> Site:
    """Return the site over these services. Its templates and assets are read from the operator's own folder first."""
    folders = template_folders(settings)
    assets = read_assets([Path(__file__).parent / "static", *(folder / "web/assets" for folder in reversed(folders))])
    return Site(
        services=services,
        settings=WebSettings(
            lang=settings.lang,
            trusted_proxies=settings.trusted_proxies,
            embed_origins=settings.embed_origins,
            metrics_token=settings.metrics_token.get_secret_value(),
        ),
        pages=Pages(folders, publication=services.publication, assets=assets),
        assets=assets,
        meters=Meters(),
        shelf=Shelf(services),
    )
