"""The sample newsroom's exported files: plain text, Markdown with front matter, HTML and JSON."""

import json
from pathlib import Path

import yaml
from jinja2 import Template

from digest.demo.feeds import text_html
from digest.demo.pages import article_page
from digest.demo.stories import DemoStory, FileKind, Stories


def write_exports(stories: Stories, folder: Path, *, template: Template) -> tuple[Path, ...]:
    """Write those stories that are exported as files into the folder, which is made; return the files' paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for story in stories:
        if story.file:
            path = folder / f"{story.slug}.{story.file}"
            path.write_bytes(_content(story, story.file, template))
            written.append(path)
    return tuple(written)


def _content(story: DemoStory, kind: FileKind, template: Template) -> bytes:
    match kind:
        case FileKind.TXT:
            return _plain_text(story).encode()
        case FileKind.MD:
            return _markdown(story).encode()
        case FileKind.HTML:
            return article_page(template, story)
        case FileKind.JSON:
            return _json(story).encode()


def _plain_text(story: DemoStory) -> str:
    """Return a page's words in the order they stand, its furniture twice: as newsroom archives are exported.

    There is no date in it, no address and no language.
    """
    credit = [story.picture.credit] if story.picture else []
    head = [*credit, story.headline, story.dek.removesuffix("."), *story.paragraphs]
    tags = ", ".join(story.tags)
    furniture = [f"Get email updates from {story.publisher}", "Sign up for our weekly newsletter"]
    foot = ["", "Related News", tags, *furniture, "", tags, *furniture]
    return "\n\n".join([*head, *foot]).replace("\n\n\n\n", "\n\n\n") + "\n"


def _markdown(story: DemoStory) -> str:
    front = yaml.safe_dump(_fields(story), allow_unicode=True, sort_keys=False, width=1000)
    return "---\n{}---\n\n{}\n".format(front, "\n\n".join(story.paragraphs))


def _json(story: DemoStory) -> str:
    return json.dumps(_fields(story) | {"body_html": text_html(story)}, ensure_ascii=False, indent=1)


def _fields(story: DemoStory) -> dict[str, object]:
    """Return what stands about a story in front matter and in JSON alike."""
    fields: dict[str, object] = {
        "title": story.headline,
        "dek": story.dek,
        "byline": story.byline,
        "publisher": story.publisher,
        "url": story.url,
        "published_at": story.published_at.isoformat(),
        "updated_at": story.updated_at.isoformat(),
        "lang": story.lang,
        "tags": list(story.tags),
    }
    if picture := story.picture:
        fields["image"] = {"url": picture.url, "alt": picture.alt, "credit": picture.credit}
    return fields
