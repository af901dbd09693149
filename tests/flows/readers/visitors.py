"""Visitors who fill in a form to sign up, bombers among them, and what a database says of them."""

from collections import Counter
from datetime import timedelta
from itertools import count

from sqlalchemy import select

from digest.clock import FixedClock
from digest.flows.readers.asking import Answer, Attempt, SignedUp, SignUpSource, sign_up
from digest.flows.services import Services
from digest.links import Purpose
from digest.model.notices import NoticeKind
from digest.store.tables import notice

_numbers = count(1)


def fill_in(services: Services, email: str, *slugs: str, ip: str = "192.0.2.1") -> Attempt:
    """Return a form as somebody sends it who had it open for a minute."""
    opened_at = services.clock.now() - timedelta(minutes=1)
    return Attempt(
        email=email,
        slugs=slugs or ("syrias-war",),
        name="",
        lang="en",
        form_token=services.links.timed_token(Purpose.FORM, next(_numbers), at=opened_at),
        honeypot="",
        solution="",
        page="https://news.example/storm",
        tags=("Syria's War",),
        source=SignUpSource.PAGE,
        wording="Send me mails on the topics that I ticked.",
        ip=ip,
    )


def sign(services: Services, email: str, *slugs: str, ip: str = "192.0.2.1") -> SignedUp:
    """Sign an address up, as its reader or anybody else."""
    return sign_up(services, fill_in(services, email, *slugs, ip=ip))


def last_confirm_token(services: Services, email: str) -> str:
    """Return the token of the last confirm mail that was made for an address."""
    with services.database.read() as tx:
        query = select(notice).where(notice.c.email == email, notice.c.kind == NoticeKind.CONFIRM.value)
        row = tx.execute(query.order_by(notice.c.id.desc()).limit(1)).mappings().one()
    return services.links.timed_token(Purpose.CONFIRM, row["id"], at=row["made_at"])


def kinds_of_notices(services: Services, email: str) -> list[str]:
    """Return what was written to an address, the oldest first."""
    with services.database.read() as tx:
        query = select(notice.c.kind).where(notice.c.email == email).order_by(notice.c.id)
        return list(tx.execute(query).scalars())


def bomb(
    services: Services,
    clock: FixedClock,
    *,
    sign_ups: int,
    strangers: int,
    addresses: int,
    lasting: timedelta = timedelta(days=6, hours=23),
) -> Counter[Answer]:
    """Sign strangers up again and again, from many networks, spread over less than a week; return the answers.

    Some of the sign-ups name a detail of the stranger's address (after a plus sign), or write it in capitals.
    """
    answers: Counter[Answer] = Counter()
    for number in range(sign_ups):
        stranger = f"stranger{number % strangers}"
        email = f"{(stranger, stranger.upper(), f'{stranger}+{number}')[number % 3]}@example.com"
        ip = f"10.{number % addresses // 250}.{number % addresses % 250}.7"
        answers[sign(services, email, ip=ip).answer] += 1
        clock.advance(seconds=lasting.total_seconds() / sign_ups)
    return answers


def mails_to_strangers(services: Services) -> list[int]:
    """Return how many mails each bombed stranger gets, under whatever spelling of the address."""
    with services.database.read() as tx:
        emails = tx.execute(select(notice.c.email)).scalars()
        return list(Counter(one.lower().partition("@")[0].partition("+")[0] for one in emails).values())
