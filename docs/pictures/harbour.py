"""Scenes of the harbour: cranes, pilot boat, fishing boats, ferry, lighthouse."""

from canvas import (
    BLUSH,
    BRICK,
    CORAL,
    CREAM,
    FOAM,
    MUSTARD,
    NAVY,
    NIGHT,
    PEACH,
    RUST,
    SAND,
    SEA,
    SKY,
    SLATE,
    SUN,
    TEAL,
    WIDTH,
    Canvas,
    faded,
)
from props import cloud, gull, hull, lamp, pine, stars, trawler, water, windows


def harbour_cranes(on: Canvas) -> None:
    on.sky("#33486e", "#8a6f86", PEACH, "#ffdca0", "#ffdca0")
    on.glow(760, 415, 420, "#fff1c4", opacity=0.95)
    on.disc(760, 415, 62, "#fff3cf")
    for x, y, size in ((200, 150, 260), (520, 92, 180), (1010, 170, 300)):
        cloud(on, x, y, size=size, fill=BLUSH, opacity=0.5)
    on.ridge(440, height=26, waves=1.6, phase=0.6, fill="#7c6b87")
    on.ridge(462, height=16, waves=2.7, phase=2.2, fill="#5d5a7d")
    water(on, 470, ("#f0b98c", "#b98487", "#4d5c80", NAVY), glint="#fff0cc", sun_x=760)
    for x in (110, 410, 880):
        _gantry(on, x, 560)
    _container_ship(on)
    on.rect(0, 612, WIDTH, 63, NIGHT)
    on.rect(0, 606, WIDTH, 7, "#2c3d61")
    for x in range(30, WIDTH, 110):
        on.round(x, 594, 22, 14, 4, "#0f1930")
    for x, y, size in ((640, 240, 20), (700, 205, 14), (590, 275, 12)):
        gull(on, x, y, size=size, fill=NAVY)


def _gantry(on: Canvas, x: float, foot: float) -> None:
    steel, top = "#c4523f", foot - 330
    for leg in (x, x + 104):
        on.poly([(leg, foot + 50), (leg + 12, foot + 50), (leg + 15, top + 60), (leg + 3, top + 60)], steel)
    on.line([(x + 8, foot - 40), (x + 114, foot - 150)], 5, RUST)
    on.line([(x + 112, foot - 40), (x + 10, foot - 150)], 5, RUST)
    on.rect(x - 6, foot - 165, 132, 12, steel)
    on.rect(x - 120, top + 52, 360, 14, steel)
    on.poly([(x + 54, top - 60), (x + 66, top - 60), (x + 90, top + 54), (x + 30, top + 54)], steel)
    on.line([(x + 60, top - 56), (x - 112, top + 54)], 4, RUST)
    on.line([(x + 60, top - 56), (x + 234, top + 54)], 4, RUST)
    on.rect(x + 92, top + 66, 40, 26, NAVY)
    on.rect(x + 98, top + 71, 28, 12, SUN)
    on.line([(x + 190, top + 64), (x + 190, top + 180)], 3, NIGHT)
    on.rect(x + 160, top + 180, 60, 8, NIGHT)


def _container_ship(on: Canvas) -> None:
    fills = (CORAL, MUSTARD, TEAL, CREAM, "#7d4a5d", SEA, BRICK, SAND)
    for column in range(11):
        for row in range(2 + (column * 5 + 1) % 3):
            on.rect(330 + column * 52, 506 - row * 27, 49, 25, fills[(column * 3 + row * 5) % len(fills)])
            on.rect(330 + column * 52, 506 - row * 27, 49, 4, faded("#ffffff", 0.18))
    on.rect(236, 400, 78, 132, CREAM)
    windows(on, 244, 412, columns=5, rows=4, gap=(14, 26), pane=(9, 10), fills=(NAVY, SUN, NAVY, SLATE))
    on.rect(228, 392, 94, 12, CORAL)
    on.rect(256, 362, 30, 32, CORAL)
    hull(on, 200, 532, length=770, height=84, fill=NAVY)
    on.line([(206, 536), (966, 510)], 5, CREAM)


def pilot_boat(on: Canvas) -> None:
    on.sky("#9ec7cf", "#cfe2da", "#fbe6c3", "#fbe6c3")
    on.glow(260, 330, 330, "#fff6da", opacity=0.9)
    for x, y, size in ((180, 110, 320), (620, 70, 220), (940, 150, 360)):
        cloud(on, x, y, size=size, fill="#ffffff", opacity=0.75)
    on.ridge(400, height=30, waves=1.3, phase=0.2, fill="#9fbdb8")
    on.ridge(418, height=18, waves=2.4, phase=1.4, fill="#7ba39f")
    water(on, 420, ("#a9cfcf", SEA, TEAL, "#1d5263"), glint=CREAM, sun_x=260)
    on.poly([(860, 470), (900, 432), (1200, 420), (1200, 500), (870, 492)], SLATE)
    on.poly([(1008, 430), (1046, 430), (1038, 300), (1016, 300)], CREAM)
    for y in (330, 384):
        on.rect(1012, y, 31, 22, CORAL)
    on.rect(1008, 290, 38, 10, NAVY)
    on.rect(1016, 268, 22, 22, SUN)
    on.dome(1027, 268, 14, NAVY)
    _tall_ship(on, 470, 492)
    _pilot(on, 130, 560)
    for x, y, size in ((420, 180, 20), (860, 250, 16), (330, 250, 12)):
        gull(on, x, y, size=size, fill=SLATE)


def _tall_ship(on: Canvas, x: float, y: float) -> None:
    for mast, height in ((70, 250), (170, 300), (270, 240)):
        on.line([(x + mast, y), (x + mast, y - height)], 6, RUST)
        for row, width in ((0.25, 104), (0.55, 88), (0.82, 66)):
            top, drop = y - height * row - 70, 64
            on.poly(
                [
                    (x + mast - width / 2, top),
                    (x + mast + width / 2, top),
                    (x + mast + width / 2 + 14, top + drop),
                    (x + mast - width / 2 + 6, top + drop),
                ],
                CREAM,
            )
            on.poly(
                [
                    (x + mast + width / 4, top),
                    (x + mast + width / 2, top),
                    (x + mast + width / 2 + 14, top + drop),
                    (x + mast + width / 4 + 8, top + drop),
                ],
                faded(SAND, 0.75),
            )
    on.line([(x + 330, y - 16), (x + 430, y - 70)], 6, RUST)
    on.poly([(x + 276, y - 240), (x + 424, y - 66), (x + 330, y - 30)], faded(CREAM, 0.92))
    hull(on, x, y, length=350, height=50, fill=NIGHT, keel=RUST)
    on.line([(x + 8, y + 12), (x + 338, y - 4)], 6, CREAM)


def _pilot(on: Canvas, x: float, y: float) -> None:
    on.poly(
        [(x - 120, y + 70), (x + 30, y + 26), (x + 330, y + 60), (x + 470, y + 74), (x + 300, y + 92), (x, y + 96)],
        faded(FOAM, 0.75),
    )
    on.poly([(x + 60, y - 6), (x + 78, y - 78), (x + 200, y - 78), (x + 236, y - 10)], CREAM)
    on.poly([(x + 92, y - 64), (x + 190, y - 64), (x + 208, y - 34), (x + 86, y - 34)], NAVY)
    on.rect(x + 70, y - 88, 138, 12, CORAL)
    on.line([(x + 140, y - 88), (x + 140, y - 150)], 5, NAVY)
    on.rect(x + 142, y - 148, 38, 22, CREAM)
    on.rect(x + 142, y - 137, 38, 11, CORAL)
    on.poly([(x, y), (x + 350, y - 24), (x + 310, y + 68), (x + 30, y + 68)], CORAL)
    on.poly([(x + 16, y + 34), (x + 328, y + 28), (x + 310, y + 68), (x + 30, y + 68)], RUST)
    on.line([(x + 2, y + 2), (x + 348, y - 21)], 7, CREAM)
    on.oval(x + 320, y + 66, 120, 18, faded(FOAM, 0.85))


def fishing_boats(on: Canvas) -> None:
    on.sky("#5b7fa0", "#a9c1c0", "#f7d9ae", "#f7d9ae")
    on.glow(420, 380, 340, "#fff0c8", opacity=0.8)
    on.ridge(372, height=40, waves=1.1, phase=2.6, fill="#8ba7a7")
    on.ridge(392, height=22, waves=2.2, phase=0.4, fill="#6a8f93")
    for x, width, height, fill in (
        (640, 120, 96, BRICK),
        (764, 96, 120, CREAM),
        (864, 130, 84, TEAL),
        (998, 92, 110, MUSTARD),
        (1092, 120, 90, CORAL),
    ):
        on.rect(x, 396 - height, width, height + 20, fill)
        on.poly([(x - 8, 398 - height), (x + width / 2, 352 - height), (x + width + 8, 398 - height)], NAVY)
        windows(
            on,
            x + 16,
            412 - height,
            columns=int(width / 32),
            rows=2,
            gap=(32, 40),
            pane=(16, 22),
            fills=(NAVY, SUN, SLATE),
        )
    on.rect(600, 408, 600, 22, SLATE)
    water(on, 428, ("#d8cfae", "#86a9a6", TEAL, NAVY), glint=CREAM, sun_x=420)
    trawler(on, 60, 500, size=330, fill=TEAL)
    trawler(on, 800, 506, size=300, fill=MUSTARD)
    for x, length in ((80, 300), (820, 280)):
        on.oval(x + length / 2, 560, length, 16, faded(NIGHT, 0.25))
    trawler(on, 380, 562, size=440, fill=CORAL)
    on.oval(600, 640, 420, 18, faded(NIGHT, 0.3))
    on.poly([(0, 640), (330, 640), (370, 675), (0, 675)], "#473d46")
    for x, y in ((20, 572), (112, 572), (204, 572), (66, 506), (158, 506)):
        _pot(on, x, y)
    for x, y, size in ((240, 150, 24), (330, 205, 15), (560, 120, 18)):
        gull(on, x, y, size=size)


def _pot(on: Canvas, x: float, y: float) -> None:
    on.round(x, y, 84, 62, 18, "#2b3446")
    for step in range(1, 6):
        on.line([(x + step * 14, y + 6), (x + step * 14, y + 56)], 2, "#8c9aa0")
    for step in range(1, 4):
        on.line([(x + 5, y + step * 15), (x + 79, y + step * 15)], 2, "#8c9aa0")
    on.disc(x + 42, y + 31, 12, MUSTARD)


def ferry(on: Canvas) -> None:
    on.sky("#86b7c6", SKY, "#f4ead0", "#f4ead0")
    for x, y, size in ((240, 120, 330), (760, 80, 260), (1040, 170, 220)):
        cloud(on, x, y, size=size, fill="#ffffff", opacity=0.85)
    on.ridge(330, height=60, waves=1.2, phase=1.9, fill="#a3c3b5")
    _waterfront(on)
    water(on, 420, ("#9ccbcb", SEA, TEAL, "#1f5a6b"), glint=FOAM, sun_x=500)
    x, y = 300, 505
    on.poly(
        [(x - 110, y + 84), (x + 40, y + 48), (x + 640, y + 60), (x + 700, y + 84), (x + 400, y + 104)],
        faded(FOAM, 0.7),
    )
    on.round(x + 70, y - 132, 430, 70, 14, CREAM)
    on.round(x + 20, y - 70, 550, 76, 14, "#ffffff")
    windows(on, x + 44, y - 54, columns=12, rows=1, gap=(43, 0), pane=(30, 30), fills=(NAVY, TEAL, SLATE))
    windows(on, x + 96, y - 116, columns=9, rows=1, gap=(44, 0), pane=(30, 30), fills=(TEAL, NAVY, SUN))
    on.round(x + 330, y - 186, 120, 58, 12, "#ffffff")
    on.rect(x + 350, y - 172, 84, 24, NAVY)
    on.poly([(x + 196, y - 132), (x + 204, y - 206), (x + 256, y - 206), (x + 264, y - 132)], CORAL)
    on.rect(x + 203, y - 194, 55, 14, CREAM)
    on.poly([(x - 10, y), (x + 620, y - 12), (x + 570, y + 80), (x + 30, y + 80)], TEAL)
    on.poly([(x + 12, y + 46), (x + 592, y + 42), (x + 570, y + 80), (x + 30, y + 80)], NAVY)
    on.line([(x - 8, y + 3), (x + 617, y - 9)], 8, MUSTARD)
    for gx, gy, size in ((180, 232, 20), (240, 200, 14), (960, 250, 18)):
        gull(on, gx, gy, size=size, fill="#ffffff")


def _waterfront(on: Canvas) -> None:
    fills = (CORAL, CREAM, MUSTARD, "#c9d8cf", BRICK, BLUSH, SEA)
    x = 0.0
    for index in range(19):
        width, height = 52 + (index * 17) % 30, 74 + (index * 37) % 62
        on.rect(x, 422 - height, width, height, fills[index % len(fills)])
        on.poly(
            [(x, 422 - height), (x + width / 2, 394 - height), (x + width, 422 - height)], RUST if index % 3 else SLATE
        )
        windows(
            on,
            x + 9,
            436 - height,
            columns=2,
            rows=max(1, int(height / 36)),
            gap=(width / 2 - 2, 32),
            pane=(12, 17),
            fills=(NAVY, SLATE, SUN),
        )
        x += width
    on.rect(0, 290, WIDTH, 132, faded(SKY, 0.45))
    on.rect(0, 414, WIDTH, 10, "#6b6a70")


def lighthouse(on: Canvas) -> None:
    on.sky(NIGHT, "#35406e", "#8d6485", "#ef9f84", "#ffd9a4")
    stars(on, below=260)
    on.glow(420, 520, 300, "#ffe4ad", opacity=0.7)
    water(on, 500, ("#d98f86", "#7d5f86", "#35456f", NIGHT), glint=BLUSH, sun_x=420)
    tower, lamp_y = 800, 168
    on.shade([(tower, lamp_y - 4), (-60, 20), (-60, 190), (tower, lamp_y + 8)], (255, 216, 140, 105), blur=9)
    on.shade([(tower, lamp_y - 4), (1260, 90), (1260, 220), (tower, lamp_y + 8)], (255, 216, 140, 75), blur=9)
    on.poly(
        [(520, 560), (610, 500), (690, 472), (900, 462), (990, 500), (1090, 524), (1200, 600), (1200, 675), (470, 675)],
        "#222a49",
    )
    on.poly(
        [(470, 675), (560, 590), (700, 560), (860, 590), (980, 560), (1110, 610), (1200, 640), (1200, 675)], "#182039"
    )
    half_top, half_foot, top, foot = 32, 54, 200, 474
    for band in range(6):
        upper, lower = band / 6, (band + 1) / 6
        a, b = half_top + (half_foot - half_top) * upper, half_top + (half_foot - half_top) * lower
        y, z = top + (foot - top) * upper, top + (foot - top) * lower
        on.poly([(tower - a, y), (tower + a, y), (tower + b, z), (tower - b, z)], CREAM if band % 2 else CORAL)
        on.poly([(tower + a * 0.35, y), (tower + a, y), (tower + b, z), (tower + b * 0.35, z)], faded(NIGHT, 0.22))
    on.rect(tower - 46, 190, 92, 12, NIGHT)
    on.rect(tower - 24, 142, 48, 48, SUN)
    on.glow(tower, lamp_y, 120, "#fff3c9", opacity=0.9)
    for x in (tower - 24, tower - 2, tower + 20):
        on.rect(x, 142, 4, 48, NIGHT)
    on.dome(tower, 144, 32, BRICK)
    on.disc(tower, 110, 5, NIGHT)
    on.rect(900, 420, 120, 66, CREAM)
    on.poly([(888, 422), (960, 376), (1032, 422)], BRICK)
    windows(on, 918, 440, columns=2, rows=1, gap=(54, 0), pane=(24, 26), fills=(SUN,))
    for x, size in ((620, 40), (660, 56), (1080, 60), (1120, 44)):
        pine(on, x, 520 if x < 800 else 545, size=size, fill="#1b2440")
    lamp(on, 700, 498, height=46, glow=40)


SCENES = (harbour_cranes, pilot_boat, fishing_boats, ferry, lighthouse)
