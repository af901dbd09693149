"""Draw the sample newsroom's pictures: `python docs/pictures/draw.py [NAME ...]`, or all of them.

Needs Pillow, which the program itself does not; the drawn files are kept in digest/demo/content/pictures.
The same code draws the same pictures each time: there is no chance in it.
"""

import sys
from pathlib import Path

import coast
import harbour
import learning
import logo
import people
import town
from canvas import Canvas

FOLDER = Path(__file__).resolve().parents[2] / "digest" / "demo" / "content" / "pictures"


def main(names: list[str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for scene in (*harbour.SCENES, *coast.SCENES, *town.SCENES, *people.SCENES, *learning.SCENES):
        name = scene.__name__.replace("_", "-")
        if not names or name in names:
            canvas = Canvas()
            scene(canvas)
            canvas.save(FOLDER / f"{name}.jpg")
    if not names or "logo" in names:
        logo.draw().save(FOLDER / "logo.png")


if __name__ == "__main__":
    main(sys.argv[1:])
