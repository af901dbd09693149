"""Scenes of daily life: midwife's bicycle, walk in the park, football ground."""

from canvas import (
    BLUSH,
    BRICK,
    CORAL,
    CREAM,
    FOAM,
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
from props import cloud, gull, person, stars, tree


def midwife_bicycle(on: Canvas) -> None:
    on.sky("#f3dcc0", "#f6e6cd", "#f6e6cd")
    for row in range(16):
        for column in range(11):
            on.round(column * 118 - (row % 2) * 59, row * 36, 112, 30, 3, faded(PEACH, 0.22))
    on.rect(0, 556, WIDTH, 119, "#b8ab98")
    on.rect(0, 552, WIDTH, 10, "#d8cdb9")
    for x in range(0, WIDTH, 150):
        on.line([(x + 60, 562), (x, 675)], 3, faded("#8c8070", 0.5))
    on.arch(690, 92, 260, 462, CREAM)
    on.arch(712, 114, 216, 440, TEAL)
    for y, height in ((236, 120), (380, 140)):
        for x in (738, 830):
            on.round(x, y, 72, height, 8, faded(NAVY, 0.35))
    on.poly([(738, 216), (902, 216), (880, 160), (820, 136), (760, 160)], SUN)
    on.disc(904, 372, 8, SUN)
    on.rect(650, 548, 340, 14, "#a99b86")
    for x in (110, 1030):
        on.round(x, 150, 170, 220, 8, CREAM)
        on.rect(x + 14, 164, 142, 192, SLATE)
        on.rect(x + 80, 164, 10, 192, CREAM)
        on.rect(x + 14, 252, 142, 10, CREAM)
        on.poly([(x + 14, 164), (x + 60, 164), (x + 30, 356), (x + 14, 356)], faded(CREAM, 0.5))
        on.round(x - 12, 366, 194, 44, 8, RUST)
        for part, depth in scattered(22, seed=0.2):
            on.disc(x + part * 170, 366 - depth * 36, 12, (CORAL, LEAF, MUSTARD, MOSS, BLUSH)[int(part * 50) % 5])
    _bicycle(on, 380, 500)


def _bicycle(on: Canvas, x: float, y: float) -> None:
    rear, front, crank, seat, head = (x - 120, y), (x + 180, y), (x + 14, y + 6), (x - 34, y - 150), (x + 142, y - 146)
    for hub in (rear, front):
        on.ring(*hub, 92, 9, NIGHT)
        for tip in star(*hub, spokes=14, length=86):
            on.line([hub, tip], 1.6, SLATE)
        on.disc(*hub, 9, NIGHT)
    for start, end in (
        (rear, crank),
        (crank, seat),
        (seat, head),
        (crank, (x + 148, y - 118)),
        (rear, (x - 24, y - 120)),
        (front, (x + 132, y - 178)),
    ):
        on.line([start, end], 11, CORAL)
    on.line([(x - 38, y - 162), (x - 34, y - 140)], 8, NIGHT)
    on.round(x - 82, y - 184, 92, 22, 11, RUST)
    on.line([(x + 132, y - 178), (x + 128, y - 206), (x + 92, y - 214)], 9, NIGHT)
    on.round(x + 64, y - 222, 40, 15, 7, RUST)
    on.disc(*crank, 24, MUSTARD)
    on.line([(x + 14, y + 6), (x + 40, y + 44)], 7, NIGHT)
    on.round(x + 26, y + 40, 36, 10, 4, NIGHT)
    on.rect(x - 200, y - 112, 130, 9, NIGHT)
    on.round(x - 196, y - 194, 122, 82, 14, "#6a4331")
    on.rect(x - 196, y - 162, 122, 7, "#4e3022")
    on.ring(x - 135, y - 196, 20, 7, "#4e3022")
    on.round(x - 146, y - 168, 22, 18, 4, SUN)
    on.round(x + 152, y - 168, 74, 56, 10, SAND)
    for step in range(4):
        on.line([(x + 164 + step * 17, y - 166), (x + 164 + step * 17, y - 114)], 3, "#b08d58")
    on.disc(x + 176, y - 178, 17, CREAM)
    on.disc(x + 204, y - 176, 14, MINT)


def park_walk(on: Canvas) -> None:
    on.sky("#9fcbd0", "#d5e8da", "#fcedc9", "#fcedc9")
    on.disc(240, 150, 56, "#fff6da")
    on.glow(240, 150, 240, "#fff6da", opacity=0.8)
    for x, y, size in ((560, 100, 240), (960, 130, 320)):
        cloud(on, x, y, size=size, fill="#ffffff", opacity=0.85)
    on.ridge(360, height=70, waves=1.1, phase=0.3, fill="#b3d2bd")
    for x, size in ((80, 60), (150, 74), (1010, 66), (1090, 80), (1160, 62)):
        tree(on, x, 330 if x < 500 else 372, size=size, fill="#8db99b")
    on.ridge(430, height=60, waves=0.9, phase=2.4, fill="#93bf8f")
    on.ridge(520, height=50, waves=0.8, phase=4.4, fill=LEAF)
    for step in range(120):
        t = step / 119
        x = 700 + 330 * (1 - t) * (1 - 2 * t) - 260 * t
        on.oval(x, 392 + t * 300, 26 + 250 * t * t, 10 + 34 * t, "#efdfb8")
    for x, y, size, fill in (
        (90, 560, 260, PINE),
        (280, 500, 170, MOSS),
        (1110, 600, 320, PINE),
        (940, 500, 170, MOSS),
        (560, 452, 110, MOSS),
        (1010, 450, 110, "#5f9a76"),
    ):
        tree(on, x, y, size=size, fill=fill)
    for x, y, size, coat in (
        (738, 470, 54, TEAL),
        (716, 492, 66, CORAL),
        (670, 520, 80, MUSTARD),
        (742, 532, 84, NAVY),
        (610, 572, 110, BRICK),
        (690, 584, 112, CREAM),
        (560, 640, 140, PINE),
    ):
        on.oval(x, y + 1, size * 0.5, size * 0.09, faded(NIGHT, 0.2))
        person(
            on,
            x,
            y,
            size=size,
            coat=coat,
            skin=("#a86b4c", "#e0ad86", "#7b4a3a")[int(size) % 3],
            hair=(NIGHT, "#d9d3c4", RUST)[int(x) % 3],
        )
    on.round(250, 566, 150, 14, 5, RUST)
    on.round(250, 540, 150, 12, 5, RUST)
    for x in (266, 376):
        on.rect(x, 540, 8, 66, NIGHT)
    for x, y, size in ((420, 210, 16), (460, 190, 12)):
        gull(on, x, y, size=size, fill="#ffffff")


def football_ground(on: Canvas) -> None:
    on.sky("#18254a", "#3a4577", "#9c6c8a", "#efa888")
    stars(on, below=140, count=40)
    on.ridge(330, height=24, waves=1.4, phase=1.0, fill="#4b4778")
    on.rect(0, 322, WIDTH, 40, "#3f5f86")
    for x, width in ((90, 10), (470, 10), (720, 10), (1100, 10)):
        on.rect(x, 110, width, 250, NIGHT)
        on.round(x - 58, 84, 126, 56, 6, NIGHT)
        for lamp in range(8):
            cx, cy = x - 42 + lamp % 4 * 32, 100 + lamp // 4 * 24
            on.glow(cx, cy, 46, "#fff6d6", opacity=0.55)
            on.disc(cx, cy, 9, "#fffbe8")
    on.poly([(0, 300), (1200, 300), (1200, 440), (0, 440)], "#2a2f55")
    on.poly([(0, 286), (1200, 286), (1200, 302), (0, 302)], BRICK)
    coats = (CORAL, MUSTARD, CREAM, TEAL, SEA, BRICK, "#7d5a86", SAND)
    for row in range(5):
        for seat in range(60):
            index = row * 61 + seat * 3
            y = 318 + row * 23 - (4 if index % 7 == 0 else 0)
            on.disc(seat * 20.4 + (row % 2) * 10, y, 5.4, ("#a86b4c", "#e0ad86", "#7b4a3a")[index % 3])
            on.round(seat * 20.4 + (row % 2) * 10 - 8, y + 5, 16, 16, 6, coats[index % 8])
    on.rect(0, 428, WIDTH, 30, CREAM)
    for x in range(0, WIDTH, 150):
        on.rect(x, 428, 76, 30, (TEAL, CORAL, NAVY, MUSTARD)[x // 150 % 4])
    for stripe in range(9):
        left, right = stripe * 134 - 4, stripe * 134 + 130
        on.poly(
            [(left, 458), (right, 458), ((right - 600) * 1.7 + 600, 675), ((left - 600) * 1.7 + 600, 675)],
            LEAF if stripe % 2 else "#6a9d6c",
        )
    on.line([(0, 474), (WIDTH, 474)], 3, FOAM)
    on.line([(600, 474), (600, 675)], 4, FOAM)
    on.ring(600, 650, 130, 4, faded(FOAM, 0.9))
    for x, y, size, coat in (
        (420, 590, 110, MUSTARD),
        (520, 560, 92, TEAL),
        (740, 610, 124, MUSTARD),
        (860, 540, 84, TEAL),
        (250, 530, 78, TEAL),
        (1010, 590, 108, MUSTARD),
        (330, 640, 128, TEAL),
    ):
        on.oval(x, y + 2, size * 0.6, size * 0.1, faded(NIGHT, 0.25))
        person(
            on,
            x,
            y,
            size=size,
            coat=coat,
            skin=("#a86b4c", "#e0ad86", "#7b4a3a")[int(size) % 3],
            hair=(NIGHT, RUST)[int(x) % 2],
        )
    on.disc(664, 612, 13, "#ffffff")
    on.disc(664, 612, 5, NIGHT)


SCENES = (midwife_bicycle, park_walk, football_ground)
