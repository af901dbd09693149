"""A small newsroom's week, in English and Arabic: what the golden files show."""

from digest.model.editions import Edition, EditionItem
from digest.model.stories import Direction
from digest.model.topics import Theme
from tests.makers.editions import make_edition, make_image, make_item, make_report


def english_week(theme: Theme) -> Edition:
    """Return an edition with every kind of passage: pictures and none, twins, a story in Arabic, a short list."""
    return make_edition(
        make_item(
            title="Ferry to the outer islands sails again after eleven days of storm",
            dek="The morning boat left on time with forty passengers, post and milk; the council wants a second vessel "
            "before winter.",
            image=make_image(),
            also_reported=tuple(map(make_report, ("Coast Wire", "Island Post", "Radio Nord", "Dagblad"))),
        ),
        make_item(
            title="Council votes for a second boat, but not for who pays",
            dek="A narrow majority wants the vessel by December. The region says the money was promised to roads.",
            image=make_image(width=900, height=600),
            publisher="Island Post",
        ),
        make_item(title="What the storm left behind", byline="", also_reported=(make_report(),)),
        make_item(title="School opens its kitchen", dek="", excerpt="", image=make_image(width=600, height=900)),
        _in_arabic(),
        make_item(title="Gale warning lifted & small boats < 8 m free to go", published_at=None),
        make_item(title="Opinion: An island is not an island any more"),
        make_item(title="Tide tables for the week", byline="", publisher="Coast Wire"),
        name="Outer Islands",
        theme=theme,
        intro="The boat is back. This week the islands counted what was lost, and argued about what comes next.",
    )


def arabic_week() -> Edition:
    """Return an Arabic edition with headlines of both directions."""
    english = make_item(title="What the storm left behind (a walk)", image=make_image())
    return make_edition(
        _in_arabic(
            image=make_image(alt="مرفأ رمادي عند الفجر"), also_reported=(make_report(), make_report("Island Post"))
        ),
        english,
        _in_arabic(title="تقرير BBC عن الجزر", byline="سلمى حداد"),
        *[_in_arabic(title=f"خبر من الجزر، رقم {number}") for number in range(3, 7)],
        english,
        name="الجزر الخارجية",
        lang="ar",
        intro="عادت العبّارة. هذا الأسبوع أحصت الجزر ما فُقد، وتجادلت في ما سيأتي.",
    )


def _in_arabic(**changes: object) -> EditionItem:
    item: dict[str, object] = {
        "title": "رسالة من المرفأ: كيف انتظر الصيادون أحد عشر يومًا",
        "dek": "تقرير من الجزيرة عن الصيادين الذين لم يغادروا الميناء منذ مطلع الشهر.",
        "lang": "ar",
        "direction": Direction.RTL,
        "publisher": "صحيفة المرفأ",
        "byline": "",
    }
    return make_item(**{**item, **changes})
