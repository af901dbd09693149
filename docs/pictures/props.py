"""What several scenes share: water, clouds, gulls, trees, windows, people, boats."""

from canvas import (
    BRICK,
    CORAL,
    CREAM,
    FOAM,
    HEIGHT,
    MOSS,
    NAVY,
    NIGHT,
    PINE,
    RUST,
    SLATE,
    SUN,
    WIDTH,
    Canvas,
    Colour,
    faded,
    scattered,
)


def water(on: Canvas, y: float, colours: tuple[str, ...], *, glint: str = FOAM, sun_x: float = 600) -> None:
    """Fill from `y` down with water, and lay glints on it that gather below `sun_x`."""
    on.gradient(0, y, WIDTH, HEIGHT - y, colours)
    for part, depth in scattered(90, seed=0.3):
        along = depth**1.6
        length = 14 + 90 * along
        x = sun_x + (part - 0.5) * (260 + 1500 * along)
        on.round(
            x - length / 2,
            y + 4 + along * (HEIGHT - y - 10),
            length,
            1.4 + 2.6 * along,
            2,
            faded(glint, 0.16 + 0.22 * (1 - along)),
        )


def stars(on: Canvas, *, below: float, count: int = 70) -> None:
    for x, y in scattered(count, seed=0.11):
        on.disc(x * WIDTH, y * below, 0.9 + (x * 7 % 1) * 1.1, faded(CREAM, 0.35 + 0.5 * (y * 5 % 1)))


def cloud(on: Canvas, x: float, y: float, *, size: float, fill: str, opacity: float = 1.0) -> None:
    """Draw a flat-bottomed cloud, `size` units wide, with its middle at (x, y)."""
    bumps = ((-0.3, 0.13), (-0.1, 0.2), (0.14, 0.17), (0.32, 0.1))
    on.puffs(
        [(x + shift * size, y, radius * size) for shift, radius in bumps], floor=size * 0.035, fill=faded(fill, opacity)
    )


def gull(on: Canvas, x: float, y: float, *, size: float, fill: Colour = FOAM) -> None:
    on.line(
        [
            (x - size, y - size * 0.35),
            (x - size * 0.45, y - size * 0.55),
            (x, y),
            (x + size * 0.45, y - size * 0.55),
            (x + size, y - size * 0.3),
        ],
        max(1.6, size * 0.13),
        fill,
    )


def tree(on: Canvas, x: float, y: float, *, size: float, fill: str = MOSS, trunk: str = RUST) -> None:
    """Draw a round tree that stands on (x, y); `size` is its height."""
    on.rect(x - size * 0.035, y - size * 0.45, size * 0.07, size * 0.45, trunk)
    on.oval(x, y - size * 0.62, size * 0.62, size * 0.76, fill)
    on.oval(x + size * 0.09, y - size * 0.66, size * 0.36, size * 0.56, faded("#ffffff", 0.10))


def windows(
    on: Canvas,
    x: float,
    y: float,
    *,
    columns: int,
    rows: int,
    gap: tuple[float, float],
    pane: tuple[float, float],
    fills: tuple[str, ...],
) -> None:
    """Draw rows of windows; their fills repeat without a visible order."""
    for row in range(rows):
        for column in range(columns):
            fill = fills[(row * 7 + column * 5 + row * column) % len(fills)]
            on.rect(x + column * gap[0], y + row * gap[1], pane[0], pane[1], fill)


def person(on: Canvas, x: float, y: float, *, size: float, coat: str, skin: str = "#a86b4c", hair: str = NIGHT) -> None:
    """Draw a person from behind or afar, standing on (x, y)."""
    on.round(x - size * 0.11, y - size * 0.42, size * 0.09, size * 0.42, size * 0.03, NAVY)
    on.round(x + size * 0.02, y - size * 0.42, size * 0.09, size * 0.42, size * 0.03, NAVY)
    on.round(x - size * 0.16, y - size * 0.76, size * 0.32, size * 0.46, size * 0.13, coat)
    on.disc(x, y - size * 0.87, size * 0.115, skin)
    on.dome(x, y - size * 0.88, size * 0.125, hair)


def hull(on: Canvas, x: float, y: float, *, length: float, height: float, fill: str, keel: str = BRICK) -> None:
    """Draw a hull with its bow to the right, its deck's left end at (x, y)."""
    on.poly(
        [(x, y), (x + length, y - height * 0.3), (x + length * 0.9, y + height), (x + length * 0.06, y + height)], fill
    )
    on.poly(
        [
            (x + length * 0.037, y + height * 0.68),
            (x + length * 0.928, y + height * 0.63),
            (x + length * 0.9, y + height),
            (x + length * 0.06, y + height),
        ],
        keel,
    )


def trawler(on: Canvas, x: float, y: float, *, size: float, fill: str = CORAL) -> None:
    """Draw a fishing boat, `size` units long, its stern's deck at (x, y)."""
    on.line([(x + size * 0.62, y), (x + size * 0.62, y - size * 0.78)], size * 0.018, NIGHT)
    on.line([(x + size * 0.62, y - size * 0.72), (x + size * 0.98, y - size * 0.09)], size * 0.008, SLATE)
    on.line([(x + size * 0.62, y - size * 0.66), (x + size * 0.04, y - size * 0.02)], size * 0.008, SLATE)
    on.line([(x + size * 0.62, y - size * 0.2), (x + size * 0.2, y - size * 0.55)], size * 0.016, NIGHT)
    on.rect(x + size * 0.3, y - size * 0.3, size * 0.24, size * 0.3, CREAM)
    on.rect(x + size * 0.28, y - size * 0.34, size * 0.28, size * 0.05, fill)
    windows(
        on,
        x + size * 0.325,
        y - size * 0.24,
        columns=3,
        rows=1,
        gap=(size * 0.07, 0),
        pane=(size * 0.05, size * 0.085),
        fills=(NAVY, SLATE, NAVY),
    )
    hull(on, x, y, length=size, height=size * 0.17, fill=fill, keel=NAVY)
    on.line([(x, y + 1), (x + size * 0.99, y - size * 0.05)], size * 0.016, CREAM)


def lamp(on: Canvas, x: float, y: float, *, height: float, glow: float = 60) -> None:
    """Draw a lit street lamp that stands on (x, y)."""
    on.line([(x, y), (x, y - height)], 4, NIGHT)
    on.glow(x, y - height, glow, SUN, opacity=0.75)
    on.disc(x, y - height, 6, SUN)


def pine(on: Canvas, x: float, y: float, *, size: float, fill: str = PINE) -> None:
    for step in range(3):
        half = size * (0.14 + 0.06 * step)
        top = y - size + size * 0.25 * step
        on.poly([(x, top), (x + half, top + size * 0.42), (x - half, top + size * 0.42)], fill)
