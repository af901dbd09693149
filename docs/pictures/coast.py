"""Scenes of the coast: storm, salt marsh, wind turbines, bridge at dusk."""

import itertools
from math import pi, sin

from canvas import (
    BLUSH,
    BRICK,
    CORAL,
    CREAM,
    FOAM,
    HEIGHT,
    LEAF,
    MOSS,
    MUSTARD,
    NAVY,
    NIGHT,
    PINE,
    SLATE,
    STEPS,
    SUN,
    TEAL,
    WIDTH,
    Canvas,
    Point,
    faded,
    scattered,
    star,
)
from props import cloud, gull, hull, stars, water, windows


def storm_waves(on: Canvas) -> None:
    on.sky("#202a44", "#3c4f6b", "#7f939b", "#a9b4ae")
    for x, y, size, fill in (
        (180, 130, 560, "#2c3854"),
        (720, 90, 640, "#34425f"),
        (1120, 170, 520, "#2c3854"),
        (480, 210, 420, "#4a5c77"),
    ):
        cloud(on, x, y, size=size, fill=fill)
    on.poly([(872, 96), (820, 216), (862, 210), (826, 320), (922, 184), (876, 192), (912, 96)], SUN)
    for index, (width, height) in enumerate(((118, 150), (96, 190), (130, 136), (104, 172), (120, 148))):
        x = 690 + index * 112
        on.rect(x, 480 - height, width, height, (BRICK, "#9fb0ae", "#6e5468", MUSTARD, "#7f9aa0")[index])
        on.poly([(x - 8, 482 - height), (x + width / 2, 430 - height), (x + width + 8, 482 - height)], NIGHT)
        windows(
            on,
            x + 18,
            500 - height,
            columns=2,
            rows=3,
            gap=(46, 42),
            pane=(24, 26),
            fills=(SUN, NAVY, NAVY, SUN, SLATE),
        )
    on.poly([(600, 460), (1200, 460), (1200, 675), (560, 675)], "#8b9499")
    on.poly([(596, 452), (1200, 452), (1200, 472), (596, 472)], "#b7bdb9")
    for x in range(680, 1200, 130):
        on.rect(x, 480, 4, 195, faded(NIGHT, 0.18))
    for grow, fill in ((10, "#b9cdd0"), (0, FOAM)):
        for x, y, radius in (
            (590, 400, 62),
            (540, 360, 56),
            (628, 340, 54),
            (566, 290, 46),
            (640, 268, 36),
            (590, 222, 30),
            (676, 352, 34),
            (520, 420, 60),
            (560, 176, 15),
            (650, 190, 18),
            (704, 270, 17),
        ):
            on.disc(x - grow, y + grow, radius, fill)
    for part, depth in scattered(46, seed=0.4):
        on.disc(470 + part * 330, 120 + depth * 300, 2 + part * 5, faded("#ffffff", 0.85))
    _swell(on, 410, height=64, length=520, phase=0.4, fill="#41697a")
    _swell(on, 480, height=58, length=430, phase=2.2, fill=TEAL)
    _swell(on, 556, height=46, length=360, phase=4.1, fill="#1f566b")
    _swell(on, 624, height=34, length=300, phase=1.2, fill=NAVY)
    for part, depth in scattered(90, seed=0.8):
        x, y = part * 1300 - 40, depth * 640
        on.line([(x, y), (x - 12, y + 34)], 1.6, faded(FOAM, 0.3))


def _swell(on: Canvas, y: float, *, height: float, length: float, phase: float, fill: str) -> None:
    """A rough sea from the left that breaks at the wall."""

    def crest(x: float) -> float:
        wave = sin(x / length * 2 * pi + phase)
        return y - height * (wave + 0.35 * sin(x / length * 4 * pi + phase * 2)) * (1 - max(0.0, x - 420) / 700)

    top: list[Point] = [(x, crest(x)) for x in range(0, 728, 8)]
    end = 590.0 - (y - 452) * 0.18
    kept = [point for point in top if point[0] <= end]
    on.poly([(0, HEIGHT), *kept, (end, HEIGHT)], fill)
    on.line(kept, 7, FOAM)
    on.line([(x, z + 20) for x, z in kept[::2] if z < y], 3, faded(FOAM, 0.4))


def salt_marsh(on: Canvas) -> None:
    on.sky("#7fb2c0", "#c5dfd8", "#fdebc8", "#fdebc8")
    on.glow(880, 300, 300, "#fff7dc", opacity=0.9)
    for x, y, size in ((220, 110, 340), (640, 160, 220), (1060, 90, 300)):
        cloud(on, x, y, size=size, fill="#ffffff", opacity=0.8)
    on.ridge(318, height=24, waves=1.4, phase=0.9, fill="#9dbfb0")
    on.rect(0, 330, WIDTH, 345, LEAF)
    on.ridge(348, height=8, waves=3.0, phase=0.3, fill="#8db985")
    on.ridge(440, height=14, waves=1.8, phase=2.4, fill="#74a675")
    on.ridge(560, height=16, waves=1.2, phase=4.0, fill=MOSS)
    for edge, fill in ((7.0, "#d9c99c"), (0.0, "#bfe0e0")):
        for bends, widths in _CREEKS:
            _creek(on, bends, widths=widths, edge=edge, fill=fill)
    for part, depth in scattered(80, seed=0.2):
        x, y = part * WIDTH, 400 + depth * 260
        size = 6 + depth * 16
        for lean in (-0.5, 0.0, 0.5):
            on.line([(x, y), (x + lean * size, y - size)], 1.5 + depth * 1.5, faded(PINE, 0.55))
    for x, y, size in ((610, 400, 34), (520, 452, 46), (872, 452, 40), (930, 590, 78), (300, 560, 66)):
        _spoonbill(on, x, y, size=size)
    for x, y, size in ((420, 200, 22), (486, 172, 16), (530, 214, 14)):
        gull(on, x, y, size=size, fill="#ffffff")


_CREEKS: tuple[tuple[tuple[Point, ...], tuple[float, ...]], ...] = (
    (((760, 336), (640, 372), (860, 418), (560, 480), (760, 560), (420, 690)), (5, 20, 38, 64, 100, 170)),
    (((330, 352), (390, 380), (250, 424), (420, 470), (600, 484)), (4, 12, 18, 28, 50)),
    (((1150, 372), (1040, 410), (1120, 452), (930, 500), (720, 552)), (5, 14, 22, 34, 60)),
)


def _creek(on: Canvas, points: tuple[Point, ...], *, widths: tuple[float, ...], edge: float, fill: str) -> None:
    """Draw a channel that winds from point to point, as wide at each as told, and `edge` wider on both sides."""
    spans = [width / 2 for width in widths]
    for index, ((x0, y0), (x1, y1)) in enumerate(itertools.pairwise(points)):
        for t in STEPS:
            ease = t * t * (3 - 2 * t)
            half = spans[index] + (spans[index + 1] - spans[index]) * t
            on.oval(x0 + (x1 - x0) * ease, y0 + (y1 - y0) * t, (half + edge) * 2, half * 0.9 + edge, fill)


def _spoonbill(on: Canvas, x: float, y: float, *, size: float) -> None:
    for leg in (-0.06, 0.1):
        on.line([(x + leg * size, y - size * 0.4), (x + leg * size, y)], size * 0.035, NIGHT)
    on.oval(x, y - size * 0.52, size * 0.62, size * 0.34, "#ffffff")
    on.poly([(x - size * 0.4, y - size * 0.44), (x - size * 0.1, y - size * 0.66), (x, y - size * 0.4)], "#e4ebe6")
    on.line(
        [(x + size * 0.22, y - size * 0.56), (x + size * 0.3, y - size * 0.78), (x + size * 0.26, y - size * 0.94)],
        size * 0.09,
        "#ffffff",
    )
    on.disc(x + size * 0.28, y - size * 0.95, size * 0.085, "#ffffff")
    on.line([(x + size * 0.32, y - size * 0.94), (x + size * 0.52, y - size * 0.8)], size * 0.045, MUSTARD)
    on.oval(x + size * 0.53, y - size * 0.79, size * 0.12, size * 0.07, MUSTARD)


def wind_turbines(on: Canvas) -> None:
    on.sky("#6aa5b8", "#b5d8d8", "#f6ecd0", "#f6ecd0")
    on.glow(300, 400, 360, "#fff6d6", opacity=0.9)
    for x, y, size in ((160, 150, 300), (560, 90, 240), (980, 130, 340)):
        cloud(on, x, y, size=size, fill="#ffffff", opacity=0.85)
    on.ridge(424, height=12, waves=1.7, phase=0.8, fill="#a5c8be")
    water(on, 432, ("#b7d8cb", "#6fb0ac", TEAL, "#1d5263"), glint=FOAM, sun_x=300)
    for x, foot, height, turn in (
        (110, 440, 110, 0.3),
        (230, 442, 130, 1.0),
        (372, 444, 120, 0.7),
        (540, 446, 150, 0.1),
        (1090, 446, 150, 0.9),
    ):
        _turbine(on, x, foot, height=height, turn=turn)
    _turbine(on, 940, 486, height=300, turn=0.55)
    _turbine(on, 690, 536, height=356, turn=0.2)
    on.poly([(120, 590), (210, 566), (640, 580), (690, 596), (400, 612)], faded(FOAM, 0.6))
    on.rect(300, 486, 92, 62, CREAM)
    windows(on, 310, 496, columns=4, rows=1, gap=(20, 0), pane=(14, 18), fills=(NAVY,))
    on.rect(292, 478, 108, 10, CORAL)
    on.line([(350, 478), (350, 420)], 4, NAVY)
    on.line([(560, 548), (560, 440), (470, 420)], 8, MUSTARD)
    hull(on, 200, 548, length=440, height=52, fill=CORAL, keel=NAVY)
    on.line([(204, 551), (636, 535)], 6, CREAM)
    for x, y, size in ((470, 250, 18), (530, 220, 13)):
        gull(on, x, y, size=size, fill=SLATE)


def _turbine(on: Canvas, x: float, foot: float, *, height: float, turn: float) -> None:
    thick, hub = height * 0.03, foot - height
    on.rect(x - thick * 1.4, foot - height * 0.07, thick * 2.8, height * 0.1, MUSTARD)
    on.poly([(x - thick * 0.5, hub), (x + thick * 0.5, hub), (x + thick, foot), (x - thick, foot)], "#ffffff")
    on.poly([(x + thick * 0.1, hub), (x + thick * 0.5, hub), (x + thick, foot), (x + thick * 0.2, foot)], "#d6e2e2")
    for tip in star(x, hub, spokes=3, length=height * 0.52, turn=turn):
        along = ((tip[0] - x) / (height * 0.52), (tip[1] - hub) / (height * 0.52))
        side = (-along[1] * thick, along[0] * thick)
        belly = (x + along[0] * height * 0.12, hub + along[1] * height * 0.12)
        on.poly(
            [
                (x, hub),
                (belly[0] + side[0], belly[1] + side[1]),
                tip,
                (belly[0] - side[0] * 0.3, belly[1] - side[1] * 0.3),
            ],
            "#ffffff",
        )
    on.disc(x, hub, thick * 0.9, "#d6e2e2")


def bridge_dusk(on: Canvas) -> None:
    on.sky("#1d2750", "#584f86", "#c9788a", "#f7b48b", "#ffd9a0")
    stars(on, below=200, count=50)
    on.glow(600, 440, 420, "#ffe7b5", opacity=0.8)
    on.ridge(430, height=44, waves=1.1, phase=2.0, fill="#6d5a86")
    on.ridge(448, height=26, waves=2.1, phase=0.2, fill="#4b4a78")
    for part, depth in scattered(60, seed=0.5):
        on.rect(part * WIDTH, 428 + depth * 30, 3.4, 3.4, faded(SUN, 0.8))
    water(on, 462, ("#e3a58d", "#96698a", "#3c4678", NIGHT), glint="#ffe2b0", sun_x=600)
    steel = NIGHT
    for tower in (330, 870):
        for leg in (-22, 14):
            on.poly(
                [(tower + leg, 520), (tower + leg + 2, 120), (tower + leg + 10, 120), (tower + leg + 12, 520)], steel
            )
        for y in (128, 210, 300):
            on.rect(tower - 20, y, 44, 14, steel)
        on.round(tower - 48, 506, 100, 34, 8, steel)
        on.disc(tower + 2, 112, 5, CORAL)
        on.glow(tower + 2, 112, 34, CORAL, opacity=0.8)
    on.rect(0, 398, WIDTH, 16, steel)
    on.rect(0, 394, WIDTH, 3, BLUSH)
    for start, end, sag in (
        ((-180, 330), (332, 124), 70),
        ((332, 124), (872, 124), 250),
        ((872, 124), (1380, 330), 70),
    ):
        on.curve(start, end, sag=sag, width=5, fill=steel)
        for t in STEPS[1:-1:2]:
            x = start[0] + (end[0] - start[0]) * t
            on.line([(x, start[1] + (end[1] - start[1]) * t + sag * 4 * t * (1 - t)), (x, 398)], 1.6, steel)
    for x in range(20, WIDTH, 58):
        on.glow(x, 386, 26, SUN, opacity=0.8)
        on.disc(x, 386, 3.4, SUN)
        on.round(x - 2, 480 + x * 13 % 24, 4, 60, 2, faded(SUN, 0.25))
    for x, fill in ((470, MUSTARD), (486, MUSTARD), (700, CREAM)):
        on.round(x, 382, 44 if fill == CREAM else 15, 13, 3, fill)


SCENES = (storm_waves, salt_marsh, wind_turbines, bridge_dusk)
