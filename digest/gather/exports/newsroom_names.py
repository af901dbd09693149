"""Names that stand in credits and bylines: picture agencies, wire services, newsrooms, and people.

A name is judged by its form and by a list of the best-known; where on a page it stands is not known here.
"""

import re

_AGENCIES = frozenset(
    " ".join(name.split())
    for name in """
    afp, afp forum, afp photo, agence france-presse, alamy, anadolu, anadolu agency, ansa, ap, ap images, ap photo,
    associated press, barcroft media, bettmann, bloomberg, bloomberg news, camera press, corbis, creative commons,
    demotix, dpa, dvids, epa, epa-efe, eyevine, fars news, getty, getty images, hulton archive, interfax, istock,
    istockphoto, itar-tass, kcna, kyodo, landov, lightrocket, maxppp, mct, mehr news, newscom, nurphoto, pacific
    press, photoshot, polaris images, press association, redux pictures, reuters, reuters tv, ria novosti,
    shutterstock, sipa, sipa press, sipa usa, the associated press, thinkstock, tns, tribune news service, u.s. air
    force, u.s. army, u.s. coast guard, u.s. marine corps, u.s. navy, united press international, upi, usa today
    sports, vii photo, wenn, wikimedia, wikimedia commons, xinhua, yonhap, zuma, zuma press, zuma wire, zumapress, أ
    ف ب, أسوشيتد برس, الأناضول, رويترز, غيتي إيميجز, فرانس برس, وكالات
    """.split(",")
)
_CHANNELS = frozenset(
    """
    apa efe facebook flickr handout instagram irna isna magnum nasa noaa noor pa panos petra polaris pool redux rex sana
    sputnik tass twitter vimeo wikipedia youtube
    """.split()
)
"""Where pictures are taken from, too; standing alone they are more often words of the text."""
_AGENCY_FORM = re.compile(
    r"(?:[\w.&'’-]+ ){1,4}(?:images|photos?|photo agency|news agency|picture agency|pictures)", re.IGNORECASE
)
_HOUSE_FORM = re.compile(
    r"al jazeera(?: america| english| arabic)?(?: staff| correspondents?)?|الجزيرة(?: نت)?", re.IGNORECASE
)
_PAPER_FORM = re.compile(
    r"(?:[\w.'’-]+ ){0,3}(?:times|post|tribune|herald|courier|chronicle|journal|gazette|star|globe|news|press|sun"
    r"|observer|register|today|review|independent|guardian|telegraph|post-dispatch|bee|inquirer|examiner)"
    r"(?: staff(?: writers?| reports?)?)?",
    re.IGNORECASE,
)
_PARTICLES = frozenset("al bin bint ben ibn abu da das de del della den der di dos du el la le van von y ul".split())
_PREFIX = re.compile(r"^(?:al|el|ul|ad|as|an|ar|d)[-'’](?=\w)")
_NAME_WORD = re.compile(r"[^\W\d_](?:\.|[\w.'’-]{0,3}\.|[\w.'’-]*[\w'’])?")
_JOINERS = frozenset({"of", "the", "and", "for", "&"})
_REMARKS = frozenset({"file", "file photo", "pool", "staff", "handout"})
"""What follows a name in a credit: "Jane Doe/AP, file"."""
_MAX_BODY_WORDS = 8
_MAX_NAME_WORDS = 5


def is_known_agency(name: str) -> bool:
    """Return whether a name is that of a well-known agency or archive that pictures and wire copy come from."""
    return name.casefold() in _AGENCIES


def is_agency(name: str) -> bool:
    """Return whether a name is a known agency's or has the form of one: "Upfront Photo Agency"."""
    is_formed_so = bool(_AGENCY_FORM.fullmatch(name)) and not name[:1].islower()
    return is_formed_so or is_known_agency(name) or is_channel(name)


def is_channel(name: str) -> bool:
    """Return whether a name is a place that pictures are taken from, such as a social network."""
    return name.casefold() in _CHANNELS


def is_house(name: str) -> bool:
    """Return whether a name is a station's own, signed without "By": "Al Jazeera America", "Al Jazeera staff"."""
    return bool(_HOUSE_FORM.fullmatch(name)) and not name[:1].islower()


def is_outlet(name: str) -> bool:
    """Return whether a name has the form of a newsroom's: "Al Jazeera America", "The Denver Post", "Courier staff"."""
    return is_house(name) or (bool(_PAPER_FORM.fullmatch(name)) and not name[:1].islower())


def is_person(name: str) -> bool:
    """Return whether a name has the form of a person's: capitalised words and the particles between them."""
    words = name.split()
    return 2 <= len(words) <= _MAX_NAME_WORDS and is_body(name) and not any(word in _JOINERS for word in words)


def is_body(name: str) -> bool:
    """Return whether a name has the form of anybody's: "STR", "U.S. Department of Agriculture", "Jane Doe"."""
    words = name.split()
    if name.casefold() in _REMARKS:
        return True
    return 0 < len(words) <= _MAX_BODY_WORDS and all(map(_is_name_word, words)) and not words[0].islower()


def _is_name_word(word: str) -> bool:
    if word.casefold() in _PARTICLES or word in _JOINERS:
        return True
    return bool(_NAME_WORD.fullmatch(word)) and not _PREFIX.sub("", word)[:1].islower()
