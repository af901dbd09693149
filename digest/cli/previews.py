"""How previews and editions are shown and written to files."""

import webbrowser
from collections.abc import Sequence
from pathlib import Path

from digest.cli.output import Json, json_time, say, show_table, show_time, warn
from digest.errors import InputError
from digest.flows.previewing import Preview
from digest.flows.publishing import Published
from digest.model.editions import Edition, Verdict
from digest.model.messages import Message


def write_files(
    preview: Preview, message: Message | None, *, html: Path | None, text: Path | None, eml: Path | None
) -> list[Path]:
    """Write what was asked for; return the paths. Raises InputError where a file cannot be written."""
    if preview.mail is None:
        return []
    contents = [(html, preview.mail.html.encode()), (text, preview.mail.text.encode())]
    contents.append((eml, message.content if message else b""))
    return [_write(path, content) for path, content in contents if path is not None]


def _write(path: Path, content: bytes) -> Path:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error
    return path


def open_in_browser(html: str, *, home: Path) -> Path:
    """Write the HTML part to the home folder and open it in the browser."""
    path = _write(home / "preview.html", html.encode())
    webbrowser.open(path.as_uri())
    return path


def show(preview: Preview, written: Sequence[Path], *, explain: bool) -> None:
    """Show a preview: its subject, its text part unless it was written to files, and what is wrong with it."""
    if explain:
        show_verdicts(preview.verdicts)
    if preview.edition is None or preview.mail is None or preview.compiled is None:
        warn(preview.shortfall if explain else f"{preview.shortfall}; --explain says why the others are out")
        return
    say(f"Subject: {preview.mail.subject}")
    say(f"Period:  {show_time(preview.edition.period.start)} to {show_time(preview.edition.period.end)}")
    say(f"Stories: {preview.compiled.story_count}")
    for path in written:
        say(f"Written: {path}")
    for note in preview.compiled.notes:
        say(f"Note:    {note}")
    if not written and not explain:
        say("\n" + preview.mail.text)
    for fault in preview.faults:
        warn(f"It would not be sent: {fault}")


def as_json(preview: Preview, written: Sequence[Path]) -> dict[str, Json]:
    """Return a preview as scripts see it."""
    return {
        "subject": preview.mail.subject if preview.mail else None,
        "shortfall": preview.shortfall or None,
        "faults": list(preview.faults),
        "notes": list(preview.compiled.notes) if preview.compiled else [],
        "written": [str(path) for path in written],
        "edition": edition_as_json(preview.edition, preview.verdicts) if preview.edition else None,
        "verdicts": _verdicts_as_json(preview.verdicts),
    }


def show_verdicts(verdicts: Sequence[Verdict]) -> None:
    """Show why each story is in or out."""
    rows = [
        (
            "in" if one.reason.is_in else "out",
            str(one.story_id),
            one.title,
            one.reason.value,
            f"{one.score:.3f}",
            one.detail,
        )
        for one in verdicts
    ]
    show_table(("", "story", "title", "reason", "score", "because"), rows, empty="No story bears a tag of this topic.")


def _verdicts_as_json(verdicts: Sequence[Verdict]) -> list[Json]:
    return [
        {
            "story": one.story_id,
            "title": one.title,
            "in": one.reason.is_in,
            "reason": one.reason.value,
            "score": one.score,
            "detail": one.detail,
            "same_as": one.same_as,
        }
        for one in verdicts
    ]


def show_edition(edition: Edition, verdicts: Sequence[Verdict]) -> None:
    """Show an edition's stories in order, then why each considered story is in or out."""
    say(
        f"{edition.topic.name}, {show_time(edition.period.start)} to {show_time(edition.period.end)}: "
        f"{edition.status.value}"
    )
    rows = [(str(one.position), str(one.story_id), one.title, one.publisher, one.url) for one in edition.items]
    show_table(("", "story", "title", "publisher", "url"), rows)
    say("")
    show_verdicts(verdicts)


def edition_as_json(edition: Edition, verdicts: Sequence[Verdict]) -> dict[str, Json]:
    """Return an edition as scripts see it. `id` is null for a preview that was not kept."""
    return {
        "id": edition.id,
        "topic": edition.topic.slug,
        "name": edition.topic.name,
        "status": edition.status.value,
        "period_start": json_time(edition.period.start),
        "period_end": json_time(edition.period.end),
        "built_at": json_time(edition.built_at),
        "preheader": edition.preheader,
        "items": [
            {
                "position": one.position,
                "story": one.story_id,
                "title": one.title,
                "url": one.url,
                "publisher": one.publisher,
                "reason": one.reason.value,
                "score": one.score,
                "also_reported": [
                    {"story": other.story_id, "publisher": other.publisher} for other in one.also_reported
                ],
            }
            for one in edition.items
        ],
        "verdicts": _verdicts_as_json(verdicts),
    }


def show_published(published: Published, slug: str) -> None:
    """Show what building an edition came to."""
    if published.edition is None:
        warn(published.shortfall)
        return
    edition = published.edition
    state = "built" if published.is_new else f"there already, {edition.status.value}"
    say(f"Edition {edition.id} of {edition.topic.name} is {state}: {len(edition.items)} stories.")
    for note in published.compiled.notes if published.compiled else ():
        say(f"Note: {note}")
    say(f"Next: digest edition show {edition.id}, and digest send {slug}")


def published_as_json(published: Published) -> dict[str, Json]:
    """Return what building an edition came to."""
    return {
        "shortfall": published.shortfall or None,
        "is_new": published.is_new,
        "notes": list(published.compiled.notes) if published.compiled else [],
        "edition": edition_as_json(published.edition, published.verdicts) if published.edition else None,
        "verdicts": _verdicts_as_json(published.verdicts),
    }
