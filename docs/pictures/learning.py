"""Scenes of learning: school and library."""

from canvas import (
    BLUSH,
    BRICK,
    CORAL,
    CREAM,
    LEAF,
    MOSS,
    MUSTARD,
    NAVY,
    NIGHT,
    PINE,
    RUST,
    SEA,
    SLATE,
    SUN,
    TEAL,
    WIDTH,
    Canvas,
    faded,
    scattered,
)
from props import cloud, person, tree


def school(on: Canvas) -> None:
    on.sky("#8fc3cd", "#cfe4dc", "#fbeccd", "#fbeccd")
    for x, y, size in ((200, 90, 260), (840, 70, 220), (1090, 150, 200)):
        cloud(on, x, y, size=size, fill="#ffffff", opacity=0.9)
    on.rect(150, 250, 900, 330, BRICK)
    on.rect(930, 250, 120, 330, faded(NIGHT, 0.12))
    for row in range(9):
        for column in range(20):
            if (row * 3 + column * 7) % 5 == 0:
                on.rect(160 + column * 45, 270 + row * 33, 30, 9, faded(RUST, 0.55))
    on.rect(140, 236, 920, 20, CREAM)
    on.rect(140, 222, 920, 16, MOSS)
    _roof_playground(on)
    for column in range(7):
        for y in (288, 424):
            x = 190 + column * 122
            if not (column == 3 and y == 424):
                on.round(x - 6, y - 6, 92, 108, 8, CREAM)
                on.rect(x, y, 80, 96, (SUN, SEA, SLATE, SEA)[(column * 3 + y) % 4])
                on.rect(x + 37, y, 6, 96, CREAM)
                on.rect(x, y + 40, 80, 6, CREAM)
    on.arch(536, 416, 128, 170, CREAM)
    on.arch(550, 430, 100, 156, TEAL)
    on.rect(597, 430, 6, 156, CREAM)
    on.rect(0, 580, WIDTH, 95, "#b9b0a2")
    on.rect(0, 576, WIDTH, 8, "#d9d1c1")
    on.poly([(520, 584), (680, 584), (760, 675), (440, 675)], "#d3c7b0")
    for x, size in ((70, 230), (1130, 240)):
        tree(on, x, 590, size=size, fill=PINE)
    for x, y, size, coat in (
        (330, 640, 74, MUSTARD),
        (380, 646, 70, CORAL),
        (560, 630, 66, TEAL),
        (820, 644, 76, "#7d5a86"),
        (880, 640, 100, NAVY),
    ):
        person(on, x, y, size=size, coat=coat)


def _roof_playground(on: Canvas) -> None:
    for x in range(160, 1060, 50):
        on.rect(x, 118, 4, 106, SLATE)
    for step in range(5):
        on.line([(160, 122 + step * 22), (1044, 122 + step * 22)], 1.4, faded(SLATE, 0.7))
    on.dome(300, 224, 62, MUSTARD)
    on.dome(390, 224, 42, CORAL)
    on.line([(760, 222), (760, 150), (850, 222)], 9, TEAL)
    on.line([(742, 222), (742, 150)], 6, NAVY)
    for y in (168, 186, 204):
        on.line([(742, y), (760, y)], 4, NAVY)
    for x in (920, 960, 1000):
        on.round(x, 204, 32, 18, 3, "#9a6d50")
        for lean in (-6, 0, 6):
            on.oval(x + 16 + lean, 200, 9, 22, LEAF)
    for x, y, size, coat in (
        (300, 164, 56, CORAL),
        (480, 222, 60, TEAL),
        (540, 210, 58, MUSTARD),
        (600, 222, 60, "#7d5a86"),
        (680, 222, 62, CREAM),
        (232, 222, 56, NAVY),
        (880, 222, 60, CORAL),
    ):
        person(on, x, y, size=size, coat=coat, skin=("#a86b4c", "#e0ad86", "#7b4a3a")[int(x / 20) % 3])
    on.disc(640, 160, 9, CORAL)


def library(on: Canvas) -> None:
    on.sky("#2b2f57", "#383a66", "#383a66")
    on.rect(0, 590, WIDTH, 85, "#6d4636")
    on.rect(0, 586, WIDTH, 8, "#8a5c46")
    fills = (CORAL, MUSTARD, TEAL, CREAM, BRICK, SEA, MOSS, BLUSH, "#7d5a86", SUN)
    for left in (0, 830):
        on.rect(left, 60, 370, 530, "#5a382d")
        for shelf in range(4):
            on.rect(left + 14, 76 + shelf * 128, 342, 112, "#3c2620")
            _books(on, left + 20, 188 + shelf * 128, shelf=shelf + (4 if left else 0), fills=fills)
    on.arch(404, 70, 392, 440, CREAM)
    on.arch(422, 88, 356, 422, "#141c3c")
    on.glow(680, 200, 130, "#fbeec4", opacity=0.5)
    on.disc(680, 200, 44, "#fbeec4")
    for dx, dy, radius in ((-12, -10, 9), (14, 6, 7), (-4, 18, 5)):
        on.disc(680 + dx, 200 + dy, radius, "#e6d6a6")
    for x, y in scattered(46, seed=0.7):
        on.disc(450 + x * 300, 130 + y * 350, 1 + (x * 9 % 1) * 1.6, faded(CREAM, 0.85))
    on.rect(596, 92, 8, 420, CREAM)
    on.rect(422, 300, 356, 8, CREAM)
    on.rect(384, 504, 432, 18, "#8a5c46")
    _telescope(on, 560, 430)
    person(on, 452, 640, size=190, coat=CORAL, skin="#7b4a3a")
    on.glow(820, 380, 210, SUN, opacity=0.45)
    on.line([(812, 590), (812, 400)], 6, NIGHT)
    on.poly([(772, 408), (852, 408), (834, 350), (790, 350)], SUN)
    on.oval(812, 592, 70, 14, NIGHT)
    on.oval(600, 640, 520, 44, faded(CORAL, 0.35))
    for index, fill in enumerate((TEAL, MUSTARD, CREAM)):
        on.round(676 - index * 6, 618 - index * 18, 118, 18, 4, fill)


def _books(on: Canvas, x: float, floor: float, *, shelf: int, fills: tuple[str, ...]) -> None:
    left, index = x, shelf * 3
    while left < x + 310:
        width, height = 15 + (index * 7) % 14, 70 + (index * 13) % 32
        fill = fills[(index * 7 + shelf) % len(fills)]
        if index % 9 == 4:
            on.poly(
                [
                    (left + 4, floor),
                    (left + 4 + width, floor),
                    (left + 24 + width, floor - height + 6),
                    (left + 24, floor - height + 2),
                ],
                fill,
            )
            left += 22
        else:
            on.rect(left, floor - height, width, height, fill)
            on.rect(left, floor - height + 12, width, 5, faded(NIGHT, 0.3))
        left += width + 2
        index += 1


def _telescope(on: Canvas, x: float, y: float) -> None:
    for foot in (-70, 0, 70):
        on.line([(x, y + 10), (x + foot, y + 190)], 9, "#8a5c46")
    on.line([(x - 96, y + 56), (x + 96, y - 72)], 34, MUSTARD)
    on.line([(x + 66, y - 52), (x + 112, y - 83)], 46, "#c58a2f")
    on.line([(x - 96, y + 56), (x - 122, y + 73)], 20, NIGHT)
    on.disc(x, y + 6, 15, NIGHT)


SCENES = (school, library)
