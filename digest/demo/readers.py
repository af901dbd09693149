"""The sample newsroom's readers: invented people at addresses that no mail reaches (RFC 2606, section 3)."""

from dataclasses import dataclass

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
    """A reader to sign up, and the slugs of the topics they chose."""

    email: str
    name: str
    topics: tuple[str, ...]


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
    DemoReader("ines.calado@example.com", "Inês Calado", (HARBOUR, CLIMATE)),
    DemoReader("oyvind@example.org", "Øyvind Strømsnes", (CLIMATE,)),
    DemoReader(
        "a.castellanos@example.net",
        "María Francisca Wilhelmina Antonia van der Meulen-Castellanos de la Fuente y Alburquerque, Jr.",
        (HARBOUR, CITY, CLIMATE, HEALTH, SCHOOLS),
    ),
    DemoReader("kenji.mori@example.com", "森 健二", (HARBOUR,)),
    DemoReader("reyes.m@example.org", 'Magdalena "Lena" Reyes', (SCHOOLS, HEALTH)),
    DemoReader("kwabena@example.net", "Kwabena Nketia-Boateng", (CITY, HARBOUR)),
    DemoReader("f.yilmaz@example.com", "Fatma Yılmaz", (HEALTH,)),
    DemoReader("aroha@example.org", "Aroha Ngāwhare", (CLIMATE,)),
    DemoReader("jo@example.net", "", (HARBOUR, SCHOOLS)),
    DemoReader("layla.nassar@example.com", "ليلى نصّار", (ARABIC, SCHOOLS)),
    DemoReader("omar.alfaruqi@example.org", "عمر الفاروقي", (ARABIC,)),
    DemoReader("samira.d@example.net", "سميرة الدجاني", (ARABIC, HEALTH)),
    DemoReader("y.benali@example.com", "ياسين بن علي", (ARABIC, HARBOUR)),
    DemoReader("hiba@example.org", "هبة الله عبد الرحمن", (ARABIC,)),
    DemoReader("t.mansour@example.net", "Tariq Mansour", (ARABIC, CITY)),
    DemoReader("rivka.levi@example.com", "רבקה לוי", (CLIMATE, HARBOUR)),
)
