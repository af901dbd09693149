"""Gathering files and folders: a bad file of a folder stops no other, and one named by itself fails what named it."""

from pathlib import Path

import pytest

from digest.clock import FixedClock
from digest.flows.editing import list_stories
from digest.flows.gathering import add_source, gather_due, gather_these, list_sources
from digest.flows.services import Services
from digest.model.sources import SourceHealth


def silent(_count: int) -> None:
    """No bar off a terminal."""


def test_a_folder_is_a_source_and_a_corrected_file_updates_its_story(
    services: Services, tmp_path: Path, clock: FixedClock
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    file = folder / "one.md"
    file.write_text("---\ntitle: Budget passes\ntags: [Council]\n---\nSeven voted for it.\n")
    (folder / "notes.pdf").write_bytes(b"%PDF")
    add_source(services, str(folder), weight=1.0)

    (first,) = gather_due(services, progress=silent)
    file.write_text("---\ntitle: Budget passes\ntags: [Council]\n---\nEight voted for it.\n")
    clock.advance(hours=1)
    (second,) = gather_due(services, progress=silent)

    (story,) = list_stories(services, tag=None, limit=9)
    assert (first.new, second.updated) == (1, 1)
    assert story.body_text == "Eight voted for it."


@pytest.mark.parametrize(
    ("name", "content", "error", "rejected"),
    [
        ("minutes.pdf", b"%PDF-1.7", ".pdf files are not read", 0),
        ("empty.txt", b"", "it is empty", 0),
        ("none.json", b'{"items": [{}, {}]}', "nothing of it could be taken", 2),
    ],
)
def test_a_file_named_by_itself_from_which_nothing_is_taken_is_an_error(
    services: Services, tmp_path: Path, name: str, content: bytes, error: str, rejected: int
) -> None:
    file = tmp_path / name
    file.write_bytes(content)

    (report,) = gather_these(services, [str(file)], progress=silent)

    assert report.error.startswith(error)
    assert (report.new, len(report.rejected)) == (0, rejected)


def test_a_file_of_a_folder_that_is_rejected_is_no_error(services: Services, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")

    (report,) = gather_these(services, [str(tmp_path)], progress=silent)

    assert ([one.what for one in report.rejected], report.error) == (["empty.txt"], "")


def test_a_file_of_which_one_story_is_taken_is_no_error(services: Services, tmp_path: Path) -> None:
    file = tmp_path / "two.json"
    file.write_text('[{}, {"title": "Budget passes", "body": "Seven voted for it."}]')

    (report,) = gather_these(services, [str(file)], progress=silent)

    assert (report.new, len(report.rejected), report.error) == (1, 1, "")


def test_a_file_that_is_a_source_fails_until_it_is_mended(
    services: Services, tmp_path: Path, clock: FixedClock
) -> None:
    file = tmp_path / "one.md"
    file.write_text("# Budget passes\n\nSeven voted for it.\n")
    add_source(services, str(file), weight=1.0)
    file.write_text("")

    gather_due(services, progress=silent)
    failing = list_sources(services)[0]
    file.write_text("# Budget passes\n\nSeven voted for it.\n")
    clock.advance(hours=3)
    gather_due(services, progress=silent)

    assert (failing.health, failing.failures) == (SourceHealth.FAILING, 1)
    assert list_sources(services)[0].health is SourceHealth.OK
