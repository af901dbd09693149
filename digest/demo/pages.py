"""The sample newsroom's article pages: HTML with what machines read in it (schema.org JSON-LD, OpenGraph, rel=tag)."""

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from digest.demo.masthead import CONTENT, MOTTO, POSTAL_ADDRESS
from digest.demo.stories import DemoStory


def article_template() -> Template:
    """Return the template that `article_page` fills in."""
    finder = FileSystemLoader(CONTENT)
    return Environment(loader=finder, autoescape=True, undefined=StrictUndefined).get_template("article.html")


def article_page(template: Template, story: DemoStory) -> bytes:
    """Return a story's page."""
    fields = {"story": story, "news_article": _news_article(story), "motto": MOTTO, "postal_address": POSTAL_ADDRESS}
    return template.render(fields).encode()


def _news_article(story: DemoStory) -> dict[str, object]:
    """Return the story as a schema.org NewsArticle."""
    article: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": story.url,
        "headline": story.headline,
        "description": story.dek,
        "inLanguage": story.lang,
        "author": {"@type": "Person", "name": story.byline},
        "publisher": {"@type": "NewsMediaOrganization", "name": story.publisher},
        "articleSection": story.section.label,
        "keywords": list(story.page_tags),
    }
    if story.is_dated:
        article |= {"datePublished": story.published_at.isoformat(), "dateModified": story.updated_at.isoformat()}
    if picture := story.picture:
        size = {"width": picture.width, "height": picture.height}
        described = {"caption": picture.alt, "creditText": picture.credit}
        article["image"] = {"@type": "ImageObject", "url": picture.url, **size, **described}
    return article
