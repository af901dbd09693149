"""The sample newsroom's readers: invented people at addresses that no mail reaches (RFC 2606, section 3)."""

from dataclasses import dataclass

from digest.demo.topics import CITY_ZONE

HARBOUR, CITY, CLIMATE, HEALTH, SCHOOLS, ARABIC = (
    "harbour-port",
    "city-hall",
    "climate-coast",
    "health",
    "schools-families",
    "bil-arabi",
)


@dataclass(frozen=True, slots=True)
class DemoReader:
    """A reader to sign up: the slugs of the topics they chose, their language (BCP 47) and zone (IANA)."""

    email: str
    name: str
    topics: tuple[str, ...]
    lang: str = "en"
    zone: str = CITY_ZONE


READERS = (
    DemoReader("nora.lindqvist@example.com", "Nora Lindqvist", (HARBOUR, CLIMATE)),
    DemoReader("s.o'rourke@example.org", "Siobhán O’Rourke", (HARBOUR, HEALTH)),
    DemoReader("darcy.quill+courier@example.net", "D'Arcy Quill", (CITY,)),
    DemoReader("Tomasz.Wozniak@example.com", "Tomasz Woźniak", (HARBOUR, CITY)),
    DemoReader("zoe.bronte@example.org", "Zoë Brontë-Ågren", (CLIMATE, SCHOOLS)),
    DemoReader("minh.chau@example.net", "Nguyễn Thị Minh Châu", (HEALTH, SCHOOLS)),
    DemoReader("xuemei@example.com", "李雪梅", (HARBOUR,)),
    DemoReader("petrenko@example.org", "Оксана Петренко", (SCHOOLS,)),
    DemoReader("amara_fofana@example.net", "Amara Fofana", (CITY, HEALTH)),
    DemoReader("ines.calado@example.com", "Inês Calado", (HARBOUR, CLIMATE), zone="Europe/Lisbon"),
    DemoReader("oyvind@example.org", "Øyvind Strømsnes", (CLIMATE,), zone="Europe/Oslo"),
    DemoReader(
        "a.castellanos@example.net",
        "María Francisca Wilhelmina Antonia van der Meulen-Castellanos de la Fuente y Alburquerque, Jr.",
        (HARBOUR, CITY, CLIMATE, HEALTH, SCHOOLS),
    ),
    DemoReader("kenji.mori@example.com", "森 健二", (HARBOUR,), zone="Asia/Tokyo"),
    DemoReader("reyes.m@example.org", 'Magdalena "Lena" Reyes', (SCHOOLS, HEALTH)),
    DemoReader("kwabena@example.net", "Kwabena Nketia-Boateng", (CITY, HARBOUR)),
    DemoReader("f.yilmaz@example.com", "Fatma Yılmaz", (HEALTH,), zone="Europe/Istanbul"),
    DemoReader("aroha@example.org", "Aroha Ngāwhare", (CLIMATE,), zone="Pacific/Auckland"),
    DemoReader("jo@example.net", "", (HARBOUR, SCHOOLS)),
    DemoReader("layla.nassar@example.com", "ليلى نصّار", (ARABIC, SCHOOLS), lang="ar"),
    DemoReader("omar.alfaruqi@example.org", "عمر الفاروقي", (ARABIC,), lang="ar"),
    DemoReader("samira.d@example.net", "سميرة الدجاني", (ARABIC, HEALTH), lang="ar"),
    DemoReader("y.benali@example.com", "ياسين بن علي", (ARABIC, HARBOUR), lang="ar", zone="Africa/Casablanca"),
    DemoReader("hiba@example.org", "هبة الله عبد الرحمن", (ARABIC,), lang="ar", zone="Asia/Amman"),
    DemoReader("t.mansour@example.net", "Tariq Mansour", (ARABIC, CITY), lang="ar"),
    DemoReader("rivka.levi@example.com", "רבקה לוי", (CLIMATE, HARBOUR), zone="Asia/Jerusalem"),
)
