"""The newsroom's mark: a lighthouse between sea and sky, in a square of 256 units."""

from math import cos, pi

from canvas import CORAL, CREAM, NAVY, SUN, Canvas, faded


def draw() -> Canvas:
    on = Canvas(256, 256)
    on.rect(0, 0, 256, 256, NAVY)
    on.poly([(128, 74), (256, 30), (256, 112)], faded(SUN, 0.75))
    on.poly([(128, 74), (0, 30), (0, 112)], faded(SUN, 0.75))
    on.poly([(106, 96), (150, 96), (162, 206), (94, 206)], CREAM)
    on.poly([(103, 122), (153, 122), (156, 150), (100, 150)], CORAL)
    on.poly([(97, 178), (159, 178), (162, 206), (94, 206)], CORAL)
    on.rect(98, 88, 60, 10, CREAM)
    on.rect(112, 60, 32, 28, SUN)
    on.dome(128, 60, 24, CORAL)
    on.poly([(x, 196 + 9 * cos(x / 64 * 2 * pi)) for x in range(0, 257, 2)] + [(256, 256), (0, 256)], NAVY)
    for drop in (0, 26):
        on.line([(x, 196 + drop + 9 * cos(x / 64 * 2 * pi + drop)) for x in range(0, 257, 2)], 8, CREAM)
    return on
