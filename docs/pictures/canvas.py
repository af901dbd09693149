"""A canvas of 1200 x 675 units and the palette of the sample newsroom's pictures.

Everything is drawn at twice the size and scaled down, which smooths edges. Scenes live in the modules beside this one.
"""

import itertools
from collections.abc import Sequence
from math import cos, pi, sin
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1200, 675
SCALE = 2
MAX_BYTES = 70_000

NIGHT, NAVY, SLATE, TEAL, SEA = "#16233f", "#1e3557", "#3d5673", "#2a6f7f", "#4f9aa3"
FOAM, CREAM, SAND, BLUSH, PEACH = "#eef4ef", "#fbf3e2", "#f0dcb4", "#f6cfae", "#f3a988"
CORAL, BRICK, RUST, MUSTARD, SUN = "#e8745a", "#b9503c", "#8a3b33", "#eeb24a", "#ffd98a"
LEAF, MOSS, PINE, MINT, SKY = "#7fae7a", "#4f8566", "#2f5d55", "#b9d8c2", "#bfdde2"

Point = tuple[float, float]
Colour = str | tuple[int, int, int, int]


def faded(colour: str, opacity: float) -> tuple[int, int, int, int]:
    """Return the colour with an opacity of 0 to 1."""
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16), round(255 * opacity))


def scattered(count: int, *, seed: float = 0.0) -> list[Point]:
    """Return points in the unit square that are spread evenly and look random: the same ones each time."""
    return [((seed + i * 0.7548777) % 1, (seed * 0.37 + i * 0.5698403) % 1) for i in range(1, count + 1)]


class Canvas:
    """What the scenes draw on. All measures in units of the finished picture."""

    def __init__(self, width: int = WIDTH, height: int = HEIGHT) -> None:
        self._image = Image.new("RGB", (width * SCALE, height * SCALE))
        self._pen = ImageDraw.Draw(self._image, "RGBA")
        self._width = width

    def gradient(self, x: float, y: float, width: float, height: float, colours: Sequence[str]) -> None:
        """Fill a box with colours that pass into one another from top to bottom."""
        step = height / (len(colours) - 1)
        for index, (upper, lower) in enumerate(itertools.pairwise(colours)):
            box = (_px(x), _px(y + index * step), _px(x + width), _px(y + (index + 1) * step) + 1)
            size = (box[2] - box[0], box[3] - box[1])
            mask = Image.linear_gradient("L").resize(size)
            self._image.paste(Image.composite(Image.new("RGB", size, lower), Image.new("RGB", size, upper), mask), box)

    def sky(self, *colours: str) -> None:
        self.gradient(0, 0, self._width, self._image.height / SCALE, colours)

    def rect(self, x: float, y: float, width: float, height: float, fill: Colour) -> None:
        self._pen.rectangle((_px(x), _px(y), _px(x + width) - 1, _px(y + height) - 1), fill=fill)

    def round(self, x: float, y: float, width: float, height: float, radius: float, fill: Colour) -> None:  # noqa: PLR0917  (a shape's measures in order)
        self._pen.rounded_rectangle((_px(x), _px(y), _px(x + width), _px(y + height)), _px(radius), fill=fill)

    def oval(self, x: float, y: float, width: float, height: float, fill: Colour) -> None:
        """Fill an oval around the point (x, y)."""
        self._pen.ellipse((_px(x - width / 2), _px(y - height / 2), _px(x + width / 2), _px(y + height / 2)), fill=fill)

    def disc(self, x: float, y: float, radius: float, fill: Colour) -> None:
        self.oval(x, y, radius * 2, radius * 2, fill)

    def dome(self, x: float, y: float, radius: float, fill: Colour) -> None:
        """Fill the upper half of a disc around (x, y)."""
        self._pen.pieslice((_px(x - radius), _px(y - radius), _px(x + radius), _px(y + radius)), 180, 360, fill=fill)

    def arch(self, x: float, y: float, width: float, height: float, fill: Colour) -> None:
        """Fill a box whose top is half a circle, as doors and windows have it."""
        self.dome(x + width / 2, y + width / 2, width / 2, fill)
        self.rect(x, y + width / 2, width, height - width / 2, fill)

    def ring(self, x: float, y: float, radius: float, width: float, fill: Colour) -> None:
        box = (_px(x - radius), _px(y - radius), _px(x + radius), _px(y + radius))
        self._pen.ellipse(box, outline=fill, width=_px(width))

    def poly(self, points: Sequence[Point], fill: Colour) -> None:
        self._pen.polygon([(_px(x), _px(y)) for x, y in points], fill=fill)

    def line(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        self._pen.line([(_px(x), _px(y)) for x, y in points], fill=fill, width=_px(width), joint="curve")

    def curve(self, start: Point, end: Point, *, sag: float, width: float, fill: Colour) -> None:
        """Draw a hanging cable from start to end, `sag` units deep in its middle."""
        points = [
            (start[0] + (end[0] - start[0]) * t, _between(start[1], end[1], t) + sag * 4 * t * (1 - t)) for t in STEPS
        ]
        self.line(points, width, fill)

    def ridge(self, y: float, *, height: float, waves: float, phase: float, fill: Colour) -> None:
        """Fill everything below a line of soft hills."""
        crest = [
            (x, y - height * (sin(x / WIDTH * waves * 2 * pi + phase) + 0.4 * sin(x / 190 + phase * 3)) / 1.4)
            for x in _ACROSS
        ]
        self.poly([(0, HEIGHT), *crest, (WIDTH, HEIGHT)], fill)

    def glow(self, x: float, y: float, radius: float, colour: str, *, opacity: float = 0.8) -> None:
        """Lay light around a point, fading to nothing at the radius."""
        side = _px(radius * 2)
        strength = (
            Image.radial_gradient("L").resize((side, side)).point(lambda v: max(0, round((200 - v * 1.42) * opacity)))
        )
        self._image.paste(Image.new("RGB", (side, side), colour), (_px(x - radius), _px(y - radius)), strength)

    def shade(self, points: Sequence[Point], fill: tuple[int, int, int, int], *, blur: float) -> None:
        """Fill a shape with soft edges."""
        mask = Image.new("L", self._image.size)
        ImageDraw.Draw(mask).polygon([(_px(x), _px(y)) for x, y in points], fill=fill[3])
        self._image.paste(
            Image.new("RGB", self._image.size, fill[:3]), (0, 0), mask.filter(ImageFilter.GaussianBlur(_px(blur)))
        )

    def puffs(
        self, domes: Sequence[tuple[float, float, float]], *, floor: float, fill: tuple[int, int, int, int]
    ) -> None:
        """Fill domes (x, y, radius) that stand on a rounded bar `floor` units thick, as one shape."""
        mask = Image.new("L", self._image.size)
        pen = ImageDraw.Draw(mask)
        for x, y, radius in domes:
            pen.pieslice((_px(x - radius), _px(y - radius), _px(x + radius), _px(y + radius)), 180, 360, fill=255)
        left, right = min(x - radius for x, _, radius in domes), max(x + radius for x, _, radius in domes)
        pen.rounded_rectangle(
            (_px(left), _px(domes[0][1] - floor), _px(right), _px(domes[0][1] + floor)), _px(floor), fill=255
        )
        self._image.paste(
            Image.new("RGB", self._image.size, fill[:3]), (0, 0), mask.point(lambda v: v * fill[3] // 255)
        )

    def save(self, path: Path) -> None:
        """Write the picture, scaled down; the kind is that of the file's name. JPEGs are kept below 70 KB."""
        size = (self._image.width // SCALE, self._image.height // SCALE)
        small = self._image.resize(size, Image.Resampling.LANCZOS)
        for quality in range(82, 50, -3):
            small.save(path, quality=quality, optimize=True, progressive=True)
            if path.stat().st_size <= MAX_BYTES:
                return


STEPS = [i / 48 for i in range(49)]
_ACROSS = [float(x) for x in range(0, WIDTH + 8, 8)]


def star(x: float, y: float, *, spokes: int, length: float, turn: float = 0.0) -> list[Point]:
    """Return the ends of evenly spaced spokes around a point; `turn` in radians, 0 is straight up."""
    return [
        (x + length * sin(turn + i * 2 * pi / spokes), y - length * cos(turn + i * 2 * pi / spokes))
        for i in range(spokes)
    ]


def _between(start: float, end: float, part: float) -> float:
    return start + (end - start) * part


def _px(units: float) -> int:
    return round(units * SCALE)
