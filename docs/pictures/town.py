"""Scenes of the town: tram, row houses, city hall, market, hospital."""

from canvas import (
    BLUSH,
    BRICK,
    CORAL,
    CREAM,
    LEAF,
    MINT,
    MOSS,
    MUSTARD,
    NAVY,
    NIGHT,
    PEACH,
    PINE,
    RUST,
    SAND,
    SEA,
    SLATE,
    SUN,
    TEAL,
    WIDTH,
    Canvas,
    faded,
    scattered,
    star,
)
from props import cloud, lamp, person, stars, tree, windows


def tram(on: Canvas) -> None:
    on.sky("#141d3a", "#2b3563", "#5a4f7f", "#8a6483")
    stars(on, below=220)
    on.disc(980, 110, 44, "#fbeec4")
    on.disc(962, 100, 40, "#202a4f")
    fills = ("#33406b", "#4a3f69", "#2f4a68", "#583f5f", "#3a4a78")
    for index in range(9):
        x, height = index * 136 - 14, 250 + (index * 61) % 120
        on.rect(x, 560 - height, 132, height, fills[index % 5])
        on.poly(
            [(x - 6, 562 - height), (x + 34, 510 - height), (x + 98, 510 - height), (x + 138, 562 - height)], "#1b2447"
        )
        windows(
            on,
            x + 20,
            584 - height,
            columns=3,
            rows=4,
            gap=(36, 56),
            pane=(20, 34),
            fills=("#1f2950", SUN, "#1f2950", "#1f2950", MUSTARD, "#1f2950"),
        )
    on.rect(0, 556, WIDTH, 119, "#1a2242")
    on.rect(0, 556, WIDTH, 8, "#39426e")
    for y in (618, 640):
        on.rect(0, y, WIDTH, 4, "#8088a8")
    on.line([(0, 222), (WIDTH, 222)], 2.5, NIGHT)
    for x in (90, 1120):
        on.line([(x, 560), (x, 200)], 6, NIGHT)
        lamp(on, x, 300, height=60, glow=80)
    _carriage(on, 180, 330)
    on.shade([(930, 540), (1200, 500), (1200, 640), (930, 580)], (255, 217, 138, 80), blur=14)
    for x in (250, 340, 800):
        person(on, x, 600, size=0.1, coat=CORAL)
    for part, depth in scattered(40, seed=0.3):
        on.round(200 + part * 760, 650 + depth * 20, 40, 3, 1, faded(SUN, 0.16))


def _carriage(on: Canvas, x: float, y: float) -> None:
    on.line([(x + 340, y), (x + 400, y - 60), (x + 340, y - 106)], 5, NIGHT)
    on.line([(x + 300, y - 107), (x + 384, y - 107)], 5, NIGHT)
    on.round(x + 30, y - 22, 700, 40, 14, "#c58a2f")
    on.round(x, y, 760, 262, 34, MUSTARD)
    on.round(x, y + 168, 760, 94, 30, CREAM)
    on.rect(x, y + 160, 760, 40, MUSTARD)
    on.rect(x, y + 200, 760, 7, CORAL)
    on.glow(x + 360, y + 90, 330, "#fff2c8", opacity=0.25)
    for index in range(5):
        on.round(x + 40 + index * 118, y + 42, 100, 112, 12, "#ffeab5")
        if index != 3:
            on.disc(x + 84 + index * 118, y + 112, 18, ("#7b4a3a", "#a86b4c", NIGHT, "", "#8a5a44")[index])
            on.round(x + 58 + index * 118, y + 128, 54, 27, 12, (TEAL, BRICK, PINE, "", NAVY)[index])
    on.round(x + 634, y + 42, 106, 122, 16, "#dff0ec")
    on.poly([(x + 634, y + 150), (x + 700, y + 42), (x + 720, y + 42), (x + 650, y + 164)], faded("#ffffff", 0.5))
    on.disc(x + 690, y + 108, 19, "#8a5a44")
    on.dome(x + 690, y + 104, 21, NAVY)
    on.round(x + 660, y + 126, 60, 38, 12, NAVY)
    on.round(x + 390, y + 44, 110, 196, 8, "#d79a38")
    for shift in (400, 450):
        on.round(x + shift, y + 56, 40, 130, 6, "#ffeab5")
    on.glow(x + 742, y + 226, 50, "#fff2c8", opacity=0.9)
    on.disc(x + 736, y + 226, 13, "#fff7df")
    on.round(x + 596, y + 8, 126, 28, 6, NIGHT)
    for shift in range(5):
        on.rect(x + 612 + shift * 20, y + 16, 12, 12, SUN)
    on.round(x + 40, y + 258, 680, 26, 8, NIGHT)
    for wheel in (110, 190, 560, 640):
        on.disc(x + wheel, y + 286, 24, "#0d1429")
        on.disc(x + wheel, y + 286, 9, SLATE)


def row_houses(on: Canvas) -> None:
    on.sky("#a9d0d6", "#d9e8dd", "#fbe9cb", "#fbe9cb")
    for x, y, size in ((160, 100, 260), (520, 70, 200)):
        cloud(on, x, y, size=size, fill="#ffffff", opacity=0.85)
    on.disc(930, 120, 50, "#fff3cf")
    on.glow(930, 120, 190, "#fff3cf", opacity=0.7)
    on.poly([(0, 560), (1200, 330), (1200, 675), (0, 675)], MINT)
    fills = (CORAL, CREAM, SEA, MUSTARD, BLUSH, "#8fae9d", BRICK, "#d9e2dc", TEAL)
    for index in range(9):
        x, foot = index * 132 + 8, 590 - index * 21
        _terrace(
            on,
            x,
            foot,
            height=270 + (index * 47) % 70,
            fill=fills[index],
            door=(NAVY, BRICK, MUSTARD, PINE, TEAL)[index % 5],
        )
    on.poly([(0, 596), (1200, 404), (1200, 675), (0, 675)], "#b9b3a7")
    on.poly([(0, 596), (1200, 404), (1200, 424), (0, 616)], "#dcd6c8")
    on.poly([(0, 645), (1200, 500), (1200, 675), (0, 675)], "#8f8d8c")
    for x, size in ((126, 120), (654, 110), (1050, 104)):
        tree(on, x, 612 - x * 0.16, size=size, fill=MOSS)
    person(on, 420, 596, size=84, coat=MUSTARD)
    person(on, 470, 584, size=62, coat=CORAL)


def _terrace(on: Canvas, x: float, foot: float, *, height: float, fill: str, door: str) -> None:
    top = foot - height
    on.rect(x + 92, top - 92, 20, 60, RUST)
    on.poly([(x - 5, top + 2), (x + 66, top - 74), (x + 137, top + 2)], NAVY)
    on.rect(x, top, 132, height + 60, fill)
    on.rect(x + 118, top, 14, height + 60, faded(NIGHT, 0.10))
    on.disc(x + 66, top - 22, 13, SUN)
    for row in range(3):
        for column in range(2):
            if row < 2 or column == 1:
                left, y = x + 18 + column * 56, top + 26 + row * 82
                on.rect(left - 4, y - 4, 48, 58, "#fffaf0")
                on.rect(left, y, 40, 50, (SLATE, NAVY, SUN)[(row + column + int(x)) % 3])
                on.rect(left + 18, y, 4, 50, "#fffaf0")
    on.round(x + 20, foot - 84, 40, 110, 6, door)
    on.disc(x + 52, foot - 36, 3, SUN)


def city_hall(on: Canvas) -> None:
    on.sky("#7fb0c4", "#bcd9da", "#f8ead0", "#f8ead0")
    on.glow(600, 300, 440, "#fff6dc", opacity=0.7)
    for x, y, size in ((150, 140, 280), (1030, 110, 320), (340, 70, 180)):
        cloud(on, x, y, size=size, fill="#ffffff", opacity=0.85)
    stone, dark = "#f3e2c3", "#d9c29a"
    for x in (170, 850):
        on.rect(x, 330, 180, 230, stone)
        on.rect(x - 10, 316, 200, 18, dark)
        windows(on, x + 22, 356, columns=4, rows=3, gap=(38, 64), pane=(22, 42), fills=(NAVY, SLATE, NAVY, TEAL))
    on.rect(340, 290, 520, 270, stone)
    on.rect(326, 274, 548, 20, dark)
    on.poly([(400, 276), (600, 196), (800, 276)], stone)
    on.poly([(440, 266), (600, 204), (760, 266)], dark)
    on.rect(510, 130, 180, 80, stone)
    windows(on, 526, 146, columns=5, rows=1, gap=(32, 0), pane=(18, 46), fills=(NAVY, SLATE))
    on.dome(600, 132, 76, "#5f9a92")
    on.shade([(612, 130), (624, 62), (656, 88), (672, 130)], (30, 70, 70, 80), blur=6)
    on.rect(587, 32, 26, 28, stone)
    on.dome(600, 34, 16, "#5f9a92")
    on.disc(600, 236, 22, CREAM)
    on.line([(600, 236), (600, 222)], 3, NIGHT)
    on.line([(600, 236), (610, 240)], 3, NIGHT)
    windows(on, 366, 312, columns=8, rows=1, gap=(62, 0), pane=(34, 46), fills=(NAVY, SLATE, SUN, NAVY))
    for index in range(7):
        on.rect(378 + index * 68, 380, 36, 180, "#fff3da")
        on.rect(402 + index * 68, 380, 12, 180, dark)
    for index in range(6):
        on.arch(418 + index * 68, 400, 24, 160, "#5a4636" if index in {2, 3} else NAVY)
    for step in range(4):
        on.rect(330 - step * 22, 556 + step * 12, 540 + step * 44, 13, ("#fff3da", dark)[step % 2])
    on.rect(0, 600, WIDTH, 75, "#c9b58f")
    on.poly([(430, 604), (770, 604), (960, 675), (240, 675)], "#dccaa6")
    for x, size in ((70, 210), (250, 190), (950, 190), (1130, 220)):
        tree(on, x, 614, size=size, fill=PINE if size > 200 else MOSS)
    for x, fill in ((312, CORAL), (888, TEAL)):
        on.line([(x, 560), (x, 230)], 5, SLATE)
        on.poly([(x, 234), (x + 74, 246), (x + 60, 262), (x + 74, 280), (x, 274)], fill)
    for x, size, coat in ((480, 70, CORAL), (540, 66, MUSTARD), (760, 74, TEAL)):
        person(on, x, 650, size=size, coat=coat)


def market(on: Canvas) -> None:
    on.sky("#1d2650", "#4b4479", "#a9667e", "#f0a37f")
    stars(on, below=160, count=40)
    on.rect(170, 150, 860, 420, "#8a4a45")
    on.poly([(150, 154), (600, 40), (1050, 154)], "#6d3a3c")
    on.disc(600, 112, 34, CREAM)
    for hand in star(600, 112, spokes=3, length=20, turn=0.4)[:2]:
        on.line([(600, 112), hand], 4, NIGHT)
    for index in range(7):
        on.arch(206 + index * 116, 206, 80, 244, SUN if index % 2 == 0 else MUSTARD)
        on.rect(243 + index * 116, 206, 6, 244, "#6d3a3c")
        on.rect(206 + index * 116, 290, 80, 6, "#6d3a3c")
    on.glow(600, 330, 420, "#ffd98a", opacity=0.35)
    on.rect(0, 560, WIDTH, 115, "#33264a")
    for start, end in (((0, 120), (420, 150)), ((420, 150), (800, 120)), ((800, 120), (1200, 150))):
        on.curve(start, end, sag=60, width=2, fill=NIGHT)
        for step in range(1, 10):
            t = step / 10
            x, y = start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t + 240 * t * (1 - t)
            on.glow(x, y + 8, 28, SUN, opacity=0.8)
            on.disc(x, y + 8, 6, "#fff0c4")
    for index, fill in enumerate((CORAL, TEAL, MUSTARD, BRICK)):
        _stall(
            on,
            24 + index * 296,
            400,
            fill=fill,
            goods=((LEAF, CORAL, SUN), (BLUSH, CREAM, PEACH), (BRICK, LEAF, MUSTARD), (SEA, CREAM, SAND))[index],
        )
    for x, size, coat in ((310, 150, PINE), (366, 130, CREAM), (880, 156, NAVY), (610, 110, CORAL)):
        person(on, x, 664, size=size, coat=coat)


def _stall(on: Canvas, x: float, y: float, *, fill: str, goods: tuple[str, ...]) -> None:
    on.rect(x + 14, y, 8, 230, RUST)
    on.rect(x + 238, y, 8, 230, RUST)
    on.rect(x + 22, y + 20, 216, 130, faded("#2b2145", 0.55))
    person(on, x + 130, y + 190, size=130, coat=CREAM)
    on.rect(x + 8, y + 128, 246, 92, "#7a5440")
    on.rect(x, y + 120, 262, 14, "#9a6d50")
    for column in range(8):
        for row in range(2):
            on.disc(x + 32 + column * 28 + row * 12, y + 114 - row * 14, 12, goods[(column // 3) % 3])
    for stripe in range(8):
        left, shade = x - 8 + stripe * 34.75, fill if stripe % 2 == 0 else CREAM
        on.poly([(left + 8, y - 34), (left + 38, y - 34), (left + 34.75, y + 26), (left, y + 26)], shade)
        on.oval(left + 17.4, y + 26, 34.75, 26, shade)


def hospital(on: Canvas) -> None:
    on.sky("#8cc0c9", "#cfe6df", "#fdf0d6", "#fdf0d6")
    for x, y, size in ((180, 110, 300), (1020, 90, 280)):
        cloud(on, x, y, size=size, fill="#ffffff", opacity=0.9)
    on.ridge(440, height=40, waves=1.3, phase=0.5, fill=MINT)
    on.rect(0, 560, WIDTH, 115, "#a9c29a")
    on.rect(210, 250, 780, 320, "#ffffff")
    on.rect(900, 250, 90, 320, "#e3ebe8")
    on.rect(190, 232, 820, 26, MOSS)
    on.rect(450, 130, 300, 440, "#fbf6ea")
    on.rect(436, 114, 328, 24, MOSS)
    on.disc(600, 196, 44, MOSS)
    on.rect(590, 170, 20, 52, "#ffffff")
    on.rect(574, 186, 52, 20, "#ffffff")
    windows(on, 244, 288, columns=4, rows=4, gap=(50, 66), pane=(32, 40), fills=(SEA, SLATE, SUN, SEA, NAVY))
    windows(on, 778, 288, columns=4, rows=4, gap=(50, 66), pane=(32, 40), fills=(SEA, SUN, SLATE, SEA, NAVY))
    windows(on, 484, 268, columns=5, rows=3, gap=(50, 62), pane=(32, 40), fills=(SEA, SEA, SUN, SLATE))
    on.rect(500, 466, 200, 104, NAVY)
    on.rect(506, 478, 92, 92, "#d9f0ee")
    on.rect(602, 478, 92, 92, "#d9f0ee")
    on.poly([(470, 452), (730, 452), (750, 474), (450, 474)], CORAL)
    on.rect(0, 590, WIDTH, 85, "#74808a")
    on.rect(0, 584, WIDTH, 8, "#d7d9d2")
    for x in range(20, WIDTH, 120):
        on.rect(x, 630, 60, 5, faded(CREAM, 0.7))
    for x, size, fill in (
        (90, 220, PINE),
        (170, 160, MOSS),
        (1060, 180, MOSS),
        (1140, 230, PINE),
        (380, 96, LEAF),
        (822, 96, LEAF),
    ):
        tree(on, x, 586, size=size, fill=fill)
    _ambulance(on, 690, 516)
    person(on, 470, 600, size=84, coat=TEAL)
    person(on, 424, 602, size=78, coat="#ffffff")


def _ambulance(on: Canvas, x: float, y: float) -> None:
    on.round(x, y, 186, 98, 12, "#ffffff")
    on.poly([(x + 180, y + 22), (x + 226, y + 22), (x + 254, y + 60), (x + 254, y + 98), (x + 180, y + 98)], "#ffffff")
    on.poly([(x + 196, y + 32), (x + 222, y + 32), (x + 242, y + 60), (x + 196, y + 60)], NAVY)
    on.rect(x, y + 62, 254, 15, CORAL)
    on.round(x + 120, y - 12, 34, 14, 5, TEAL)
    on.rect(x + 62, y + 12, 14, 42, MOSS)
    on.rect(x + 48, y + 26, 42, 14, MOSS)
    for wheel in (50, 206):
        on.disc(x + wheel, y + 100, 22, NIGHT)
        on.disc(x + wheel, y + 100, 9, "#b9c2c5")


SCENES = (tram, row_houses, city_hall, market, hospital)
