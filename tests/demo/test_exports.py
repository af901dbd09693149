"""What the sample newsroom promises of its exported files."""

import json
from pathlib import Path

import pytest
import yaml

from digest.clock import FixedClock
from digest.demo.newsroom import Newsroom
from digest.demo.stories import FileKind


@pytest.fixture
def folder(newsroom: Newsroom, tmp_path: Path) -> Path:
    newsroom.write_folder(tmp_path / "exports")
    return tmp_path / "exports"


def test_there_are_files_of_every_kind(folder: Path) -> None:
    kinds = {path.suffix.removeprefix(".") for path in folder.iterdir()}

    assert kinds == set(FileKind)


def test_a_plain_text_export_has_head_text_tags_and_its_furniture_twice(folder: Path) -> None:
    lines = (folder / "a-beach-left-to-move.txt").read_text(encoding="utf-8").splitlines()

    assert lines[0] == "Tove Marsh / The Harbour Courier"
    assert lines[2] == "A beach that will be allowed to move"
    assert lines[4].startswith("At Low Lantern the city will stop")
    assert lines[lines.index("Related News") + 2] == "Coast, Parks"
    assert lines.count("Coast, Parks") == 2
    assert lines.count("Sign up for our weekly newsletter") == 2


def test_markdown_has_front_matter_and_then_the_text(folder: Path) -> None:
    _, front, text = (folder / "mayors-calendar.md").read_text(encoding="utf-8").split("---\n", 2)

    assert yaml.safe_load(front)["tags"] == ["City Hall", "Mayor's Office"]
    assert text.strip().startswith("Anyone will be able to see")


def test_json_has_the_story_in_fields(folder: Path) -> None:
    story = json.loads((folder / "ar-hospital-interpreters.json").read_text(encoding="utf-8"))

    assert story["lang"] == "ar"
    assert story["image"]["url"].endswith("/pictures/hospital.jpg")
    assert story["body_html"].count("<p>") == 5


def test_a_plain_text_export_is_in_no_feed(newsroom: Newsroom, folder: Path) -> None:
    feeds = b"".join(
        body.content for path in ("/feeds/harbour.xml", "/feeds/climate.atom") if (body := newsroom.body_at(path))
    )

    assert b"net loft closes" not in feeds
    assert b"beach that will be allowed" not in feeds


def test_a_week_earlier_the_folder_holds_less(newsroom: Newsroom, clock: FixedClock, tmp_path: Path) -> None:
    clock.advance(days=-7)

    earlier = {path.name for path in newsroom.write_folder(tmp_path)}
    clock.advance(days=7)
    later = {path.name for path in newsroom.write_folder(tmp_path)}

    assert earlier < later
