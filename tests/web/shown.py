"""What a page shows: its text as a person reads it, and what its fields hold."""

from html.parser import HTMLParser


class _Reading(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.fields: list[dict[str, str]] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.words += data.split()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"input", "option", "select", "button"}:
            self.fields.append({"tag": tag, **{name: value or "" for name, value in attrs}})


def text_of(page: str) -> str:
    """Return the page's text on one line."""
    return " ".join(_Reading(page).words)


def fields_of(page: str) -> list[dict[str, str]]:
    """Return the attributes of each field, option and button, with what it is as `tag`."""
    return _Reading(page).fields


def hidden_field(page: str, name: str) -> str:
    """Return what the first hidden field of that name holds."""
    return next(one["value"] for one in fields_of(page) if one.get("type") == "hidden" and one.get("name") == name)
