"""Letters: the messages of notices, each made for one reader of what the database says when it is claimed."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from digest.flows.letters import NO_MAILING, recipient_for
from digest.flows.publishing import compile_sendable
from digest.flows.services import Services
from digest.model.addresses import mask, parse_address
from digest.model.editions import Edition
from digest.model.ids import EditionId
from digest.model.messages import Mailbox, Message
from digest.model.notices import LINK_LASTS, Notice, NoticeKind
from digest.render.notice_words import NoticeFacts
from digest.render.preflight import require_sendable
from digest.send.mime import MessageSkeleton, build_skeleton
from digest.send.notices import NoticeLetter, write_notice
from digest.store import editions, notice_facts
from digest.store.database import Transaction


class Draft(NamedTuple):
    """A notice with what its letter tells; a welcome's, with the reader's name, of the editions it carries."""

    notice: Notice
    facts: NoticeFacts | None
    name: str = ""
    edition_ids: tuple[EditionId, ...] = ()


class _Ready(NamedTuple):
    edition: Edition
    skeleton: MessageSkeleton


class NoticeLetters:
    """Makes the messages of notices. A welcome's editions are compiled, checked and encoded once, when first met."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._compiler = services.open_notice_compiler()
        self._signer = services.open_signer()
        self._ready: dict[tuple[EditionId, ...], _Ready] = {}

    def draft(self, tx: Transaction, notice: Notice) -> Draft | None:
        """Return what a notice tells, or None for a welcome with nothing that its reader has not had."""
        reader = notice_facts.find_reader(tx, notice.subscriber_id)
        if notice.kind is NoticeKind.WELCOME:
            edition_ids = notice_facts.find_welcome(tx, notice)
            return Draft(notice, None, reader.name, edition_ids) if edition_ids else None
        topics = notice_facts.name_topics(tx, notice.topic_ids)
        zone = ZoneInfo(topics[0].zone if topics else "UTC")
        facts = NoticeFacts(
            kind=notice.kind,
            lang=notice.lang or "en",
            topics=tuple(topic.name for topic in topics),
            asked_on=notice.made_at.astimezone(zone).date(),
            good_until=(notice.made_at + LINK_LASTS).astimezone(zone).date(),
            url=self._url_for(notice),
            moved_to=mask(parse_address(reader.email)) if reader.email else "",
        )
        return Draft(notice, facts)

    def write(self, draft: Draft, *, now: datetime) -> Message:
        """Return a notice's message, dated `now`.

        Raises RenderError where a template fails, PreflightError for an edition that must not go out, and
        UnsafeMessageError for what may not leave.
        """
        return self._write_welcome(draft, now=now) if draft.facts is None else self._write(draft, draft.facts, now=now)

    def _url_for(self, notice: Notice) -> str:
        links = self._services.links
        if notice.kind is NoticeKind.CONFIRM:
            return links.confirm_url(notice.id, made_at=notice.made_at)
        if notice.kind is NoticeKind.ADDRESS_CONFIRM:
            return links.address_url(notice.id, made_at=notice.made_at)
        return links.preferences_url(notice.subscriber_id)

    def _write(self, draft: Draft, facts: NoticeFacts, *, now: datetime) -> Message:
        mail = self._compiler.compile_notice(facts)
        letter = NoticeLetter(
            kind=facts.kind,
            to=draft.notice.address,
            lang=facts.lang,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            message_id=self._message_id(draft.notice),
            date=now,
        )
        return write_notice(letter, sender=self._services.sender, signer=self._signer)

    def _write_welcome(self, draft: Draft, *, now: datetime) -> Message:
        edition, skeleton = self._ready.get(draft.edition_ids) or self._make_ready(draft.edition_ids)
        recipient = recipient_for(
            self._services,
            edition,
            mailbox=Mailbox(name=draft.name, address=draft.notice.address),
            subscriber_id=draft.notice.subscriber_id,
            mailing_id=NO_MAILING,
            now=now,
        )
        return skeleton.message_for(recipient._replace(message_id=self._message_id(draft.notice)))

    def _message_id(self, notice: Notice) -> str:
        domain = self._services.sender.message_id_domain
        return self._services.links.notice_message_id(notice.id, made_at=notice.made_at, domain=domain)

    def _make_ready(self, edition_ids: tuple[EditionId, ...]) -> _Ready:
        with self._services.database.read() as tx:
            first, *more = [editions.find_edition(tx, one) for one in edition_ids]
        compiler = self._services.open_compiler()
        topics = tuple(one.topic.name for one in (first, *more))
        welcome = self._compiler.add_welcome(first, compiler, topics=topics)
        require_sendable(welcome, self._services.publication)
        others = [compile_sendable(compiler, one, self._services) for one in more]
        skeleton = build_skeleton(welcome, *others, sender=self._services.sender, signer=self._signer)
        ready = self._ready[edition_ids] = _Ready(first, skeleton)
        return ready
