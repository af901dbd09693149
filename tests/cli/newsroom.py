"""Story files for tests of the command line."""

from pathlib import Path

from tests.makers.stories import make_words


def write_story(folder: Path, title: str, *, tags: str = "Harbour") -> Path:
    """Write a Markdown file with a story of Friday, 20 November 2026; return its path."""
    folder.mkdir(exist_ok=True)
    name = title.lower().replace(" ", "-")
    head = f"title: {title}\nurl: https://news.example.com/{name}\ndate: 2026-11-20T08:00:00Z\ntags: [{tags}]"
    path = folder / f"{name}.md"
    path.write_text(f"---\n{head}\n---\n{make_words(title, 120)}\n", encoding="utf-8")
    return path
