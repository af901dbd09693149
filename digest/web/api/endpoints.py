"""The API's endpoints: what a form may list and needs, and signing up. Each is one flow call; pages do the same."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Query
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from digest.errors import FieldsError, NotFoundError
from digest.flows.readers.asking import Answer, Attempt, SignUpSource, sign_up
from digest.flows.readers.forms import LASTS, LEAST_AGE, open_form
from digest.flows.readers.offering import LatestEdition, OfferedTopic, list_topics_offered
from digest.render.words import Words
from digest.web.api import shapes
from digest.web.api.problems import fields_problem, trouble_problem, words_of
from digest.web.proxies import find_visitor
from digest.web.sign_up_troubles import not_yet
from digest.web.sign_up_words import agreement, embedded_form, embedded_heading, how_often
from digest.web.site import Site
from digest.web.tag_lists import split_tags


async def _find_site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


async def require_json(request: Request) -> None:
    """Turn away what a plain form of another site could send without asking first (Fetch 3.3.2): it is never JSON."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


# Both are async though they wait for nothing: FastAPI hands what is not to a thread of its own, at each request.
TheSite = Annotated[Site, Depends(_find_site)]
Asking = Annotated[shapes.TopicsQuery, Query()]


def list_topics(request: Request, response: Response, site: TheSite, asking: Asking) -> shapes.TopicsOnOffer:
    """List the topics that anybody may sign up for, and those asked for by name; with the words of a form."""
    words, publication = words_of(request, asking.lang), site.services.publication
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Vary"] = "Accept-Language"
    named = split_tags(tag.replace("\0", "") for tag in asking.tags)
    offered = list_topics_offered(site.services, slugs=asking.topic, tags=named)
    return shapes.TopicsOnOffer(
        topics=tuple(_show_topic(one, words, base_url=publication.base_url) for one in offered),
        form=shapes.FormWords.model_validate(embedded_form(words, publication=publication.name)),
    )


def open_one(response: Response, site: TheSite) -> shapes.OpenedForm:
    """Open a form: get the token that goes with one sign-up, and the challenge that has to be solved, if any."""
    response.headers["Cache-Control"] = "no-store"
    opened = open_form(site.services)
    return shapes.OpenedForm(
        token=opened.token,
        good_after_s=LEAST_AGE.total_seconds(),
        good_for_s=LASTS.total_seconds(),
        challenge=None if opened.challenge is None else dict(opened.challenge),
    )


def ask_for_topics(request: Request, response: Response, site: TheSite, body: shapes.SignUp) -> shapes.Asked | Response:
    """Sign somebody up: a mail asks them to confirm, and until they do they get nothing else.

    Nobody learns from the answer whether an address was known.
    """
    words = words_of(request, body.lang)
    response.headers["Cache-Control"] = "no-store"
    try:
        signed_up = sign_up(site.services, _read_attempt(request, site, body, words))
    except (FieldsError, NotFoundError) as error:
        return fields_problem(error, words)
    if signed_up.answer is not Answer.ASKED:
        return trouble_problem(not_yet(signed_up, words))
    return shapes.Asked(text=embedded_form(words, publication=site.services.publication.name)["asked"])


def _read_attempt(request: Request, site: Site, body: shapes.SignUp, words: Words) -> Attempt:
    """Return the attempt. A browser on another site's page says its origin; an app does not."""
    return Attempt(
        email=body.email,
        slugs=tuple(body.topics),
        name=body.name,
        lang=body.lang or words.locale.language,
        form_token=body.form_token,
        honeypot=body.website,
        solution=body.solution,
        page=body.page,
        tags=split_tags(body.tags),
        source=SignUpSource.EMBED if "origin" in request.headers else SignUpSource.API,
        wording=agreement(words, publication=site.services.publication.name),
        ip=find_visitor(
            request.client.host if request.client else "",
            forwarded=request.headers.getlist("x-forwarded-for"),
            trusted=site.settings.trusted_proxies,
        ),
    )


def _show_topic(topic: OfferedTopic, words: Words, *, base_url: str) -> shapes.Topic:
    return shapes.Topic(
        slug=topic.slug,
        name=topic.name,
        description=topic.description,
        lang=topic.lang,
        heading=embedded_heading(topic.name, words),
        how_often=how_often(topic.schedule, words),
        is_preset=topic.is_preset,
        sign_up_url=f"{base_url}/subscribe?topic={topic.slug}",
        latest=_show_latest(topic.latest, f"{base_url}/editions/{topic.slug}") if topic.latest else None,
    )


def _show_latest(edition: LatestEdition, archive_url: str) -> shapes.LatestEdition:
    return shapes.LatestEdition(title=edition.title, url=f"{archive_url}/{edition.key}", published_at=edition.at)
