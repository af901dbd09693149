"""A story given field by field, as Markdown's front matter and JSON story objects do: names -> draft.

Names are compared without case, `_` and `-`: `datePublished`, `date_published` and `Date-Published` are one.

| field | names |
|---|---|
| title | title, headline, name |
| dek | dek, description, summary, subtitle, subheadline, standfirst, excerpt, abstract |
| body | body, content, articlebody, bodyhtml, contenthtml (HTML or text); bodytext, contenttext, text (text only) |
| byline | byline, author, authors: a name, an object with a name, or a list of them |
| tags | tags, keywords, categories, topics: a list, or a text with commas |
| published, updated | published, publishedat, datepublished, publishdate, pubdate, date; updated, updatedat, datemodified, modified, lastmod |
| image | image, imageurl, thumbnail, featuredimage: a URL, an object (url or src, alt, credit, width, height) or a list; imagealt, imagecredit |
| url, guid | url, canonical, canonicalurl, link, permalink; guid, id, uuid, slug |
| others | lang, language, locale; publisher, source, sitename; credit, photocredit |
"""  # noqa: E501 - a table

import re
from collections.abc import Iterable, Mapping

from digest.gather.cleaning.draft import Draft
from digest.gather.cleaning.json_values import as_list, as_number, as_object, as_text, names_in
from digest.gather.cleaning.sanitise import paragraphs_html

_TITLE = ("title", "headline", "name")
_DEK = ("dek", "description", "summary", "subtitle", "subheadline", "standfirst", "excerpt", "abstract")
_BODY = ("bodyhtml", "contenthtml", "body", "content", "articlebody")
_BODY_TEXT = ("bodytext", "contenttext", "text")
_BYLINE = ("byline", "author", "authors")
_TAGS = ("tags", "keywords", "categories", "topics")
_PUBLISHED = ("published", "publishedat", "datepublished", "publishdate", "pubdate", "date")
_UPDATED = ("updated", "updatedat", "datemodified", "modified", "lastmod")
_IMAGE = ("image", "imageurl", "thumbnail", "featuredimage")
_URL = ("url", "canonical", "canonicalurl", "link", "permalink")
_GUID = ("guid", "id", "uuid", "slug")
_LANG = ("lang", "language", "locale")
_PUBLISHER = ("publisher", "source", "sitename")
_CREDIT = ("credit", "photocredit")


def draft_of(fields: Mapping[str, object]) -> Draft:
    """Return the draft that named fields make. Unknown names, and values of a wrong type, are passed over."""
    known = {re.sub(r"[\s_-]", "", name).lower(): value for name, value in fields.items()}
    draft = Draft(
        title=_text(known, _TITLE),
        url=_text(known, _URL),
        guid=_text(known, _GUID),
        dek=_text(known, _DEK),
        body=_body(known),
        byline=", ".join(dict.fromkeys(names_in(_value(known, _BYLINE), "name"))),
        publisher=next(names_in(_value(known, _PUBLISHER), "name", "title"), ""),
        credit=_text(known, _CREDIT),
        tags=list(_tags(_value(known, _TAGS))),
        lang=_text(known, _LANG),
    )
    draft.published = draft.read_date(_text(known, _PUBLISHED))
    draft.updated = draft.read_date(_text(known, _UPDATED))
    _set_image(draft, known)
    return draft


def _value(known: Mapping[str, object], names: Iterable[str]) -> object:
    return next((known[name] for name in names if known.get(name)), None)


def _text(known: Mapping[str, object], names: Iterable[str]) -> str:
    return next(filter(None, (as_text(known.get(name)) for name in names)), "")


def _body(known: Mapping[str, object]) -> str:
    body = _value(known, _BODY)
    if isinstance(body, list):
        return "\n\n".join(filter(None, map(as_text, body)))
    return as_text(body) or paragraphs_html(_text(known, _BODY_TEXT))


def _tags(value: object) -> Iterable[str]:
    return value.split(",") if isinstance(value, str) else names_in(value, "name", "label")


def _set_image(draft: Draft, known: Mapping[str, object]) -> None:
    image = next(iter(as_list(_value(known, _IMAGE))), None)
    said = as_object(image)
    draft.image_url = next(names_in(image, "url", "src", "href"), "")
    draft.image_alt = as_text(said.get("alt")) or as_text(said.get("caption")) or as_text(known.get("imagealt"))
    draft.image_credit = as_text(said.get("credit")) or as_text(known.get("imagecredit"))
    draft.image_width = as_number(said.get("width"))
    draft.image_height = as_number(said.get("height"))
