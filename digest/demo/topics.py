"""The sample newsroom's topics: what `digest demo` sets up, as plain values."""

from dataclasses import dataclass
from datetime import time

from digest.model.topics import Theme, Weekday

CITY_ZONE = "America/Halifax"
SPONSORED = "Sponsored"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoTopic:
    """A topic to set up. Tags as a person would type them; `at` is wall time in `zone` (IANA)."""

    slug: str
    name: str
    description: str
    tags: tuple[str, ...]
    excluded_tags: tuple[str, ...] = (SPONSORED,)
    weekday: Weekday
    at: time
    zone: str = CITY_ZONE
    lang: str = "en"
    theme: Theme = Theme.CLASSIC
    min_stories: int = 1
    max_stories: int = 12


TOPICS = (
    DemoTopic(
        slug="harbour-port",
        name="Harbour & Port",
        description="Ships, ferries, fish and the people who work the water.",
        tags=("Harbour", "Shipping", "Fishing", "Ferries", "Fishermen's Wharf"),
        weekday=Weekday.SUNDAY,
        at=time(8, 0),
    ),
    DemoTopic(
        slug="city-hall",
        name="City Hall",
        description="What the council decided, what it costs, and what happens next.",
        tags=("City Hall", "Housing", "Transit", "Mayor’s Office"),
        weekday=Weekday.MONDAY,
        at=time(7, 0),
        theme=Theme.COMPACT,
    ),
    DemoTopic(
        slug="climate-coast",
        name="Climate & Coast",
        description="The weather, the water and the work of living beside both.",
        tags=("Climate", "Coast", "Storms", "Wind power"),
        weekday=Weekday.SATURDAY,
        at=time(9, 0),
        max_stories=8,
    ),
    DemoTopic(
        slug="health",
        name="Health",
        description="Hospitals, clinics and what keeps the city well.",
        tags=("Health", "Hospital", "Nurses' Pay"),
        weekday=Weekday.WEDNESDAY,
        at=time(12, 0),
        min_stories=2,
    ),
    DemoTopic(
        slug="schools-families",
        name="Schools & Families",
        description="Classrooms, playgrounds, libraries and everything before bedtime.",
        tags=("Schools", "Families", "Childcare", "Children's Library"),
        weekday=Weekday.THURSDAY,
        at=time(16, 30),
        max_stories=6,
    ),
    DemoTopic(
        slug="bil-arabi",
        name="المدينة بالعربية",
        description="أخبار المدينة والميناء لقرّاء العربية، كل يوم جمعة.",
        tags=("بالعربية",),
        weekday=Weekday.FRIDAY,
        at=time(10, 0),
        lang="ar",
    ),
)
