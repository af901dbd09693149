"""Who the sample newsroom is: names, addresses, sections. All invented; the domains are reserved (RFC 2606)."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

CONTENT = Path(__file__).resolve().parent / "content"
PICTURES = CONTENT / "pictures"
PICTURE_WIDTH, PICTURE_HEIGHT = 1200, 675
"""The size of every picture, in pixels."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher: its name, and its site's address without a slash at its end."""

    name: str
    site_url: str

    @property
    def host(self) -> str:
        return self.site_url.removeprefix("https://")


COURIER = Outlet("The Harbour Courier", "https://www.harbourcourier.example")
NORTHSHORE_WIRE = Outlet("Northshore Wire", "https://www.northshorewire.example")
DOMAIN = "harbourcourier.example"
MOTTO = "News for both sides of the water"
POSTAL_ADDRESS = "12 Lantern Quay, Port Ellery"


class Section(StrEnum):
    """A part of the newsroom, as it stands in addresses. The wire is another outlet's."""

    HARBOUR = "harbour"
    CITY_HALL = "city-hall"
    CLIMATE = "climate"
    HEALTH = "health"
    SCHOOLS = "schools"
    ARABIC = "arabic"
    WIRE = "wire"

    @property
    def outlet(self) -> Outlet:
        return NORTHSHORE_WIRE if self is Section.WIRE else COURIER

    @property
    def label(self) -> str:
        """The section's name for people."""
        return _LABELS[self]

    @property
    def lang(self) -> str:
        return "ar" if self is Section.ARABIC else "en"


_LABELS = {
    Section.HARBOUR: "Harbour & Port",
    Section.CITY_HALL: "City Hall",
    Section.CLIMATE: "Climate & Coast",
    Section.HEALTH: "Health",
    Section.SCHOOLS: "Schools & Families",
    Section.ARABIC: "المدينة بالعربية",
    Section.WIRE: "Northshore Wire",
}


def picture_url(name: str) -> str:
    """Return where a picture stands on the newsroom's public site."""
    return f"{COURIER.site_url}/pictures/{name}.jpg"
