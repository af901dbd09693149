"""Fetching a document over HTTP: feeds and pages (RFC 9110, RFC 9112).

`Fetcher` only puts things in order: which URLs and addresses may be asked is decided in network.py, where a redirect
may lead in redirects.py; connection.py dials and keeps the time, decompress.py unpacks. What the document says is the
readers' business (documents.py).
"""

import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from types import TracebackType
from typing import Self

import httpcore2
import httpx2

from digest.clock import Clock
from digest.errors import FetchError, SourceGoneError
from digest.gather.fetching.backoff import parse_retry_after
from digest.gather.fetching.connection import Deadline, PinnedBackend
from digest.gather.fetching.decompress import ACCEPT_ENCODING, unpack
from digest.gather.fetching.network import Address, Network, Resolver, check_answers, port_of, resolve_by_system
from digest.gather.fetching.redirects import REDIRECTS, Trail

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/xml;q=0.9, text/html;q=0.8, */*;q=0.5"
)
_WHOLE = frozenset({HTTPStatus.OK, HTTPStatus.NON_AUTHORITATIVE_INFORMATION})
_MAX_KEPT_HEADER_CHARACTERS = 1_000
# A resolver that hangs cannot be stopped, only left behind: more threads than fetches go side by side.
_RESOLVER_THREADS = 64


class FetchOutcome(StrEnum):
    """What came of a fetch that did not fail: a document, or word that it is still the same (304)."""

    FETCHED = "fetched"
    NOT_MODIFIED = "not modified"


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """What one fetch may cost, redirects included. `max_ratio` is bytes unfolded for each byte read."""

    max_bytes: int = 15_000_000
    max_ratio: float = 100.0
    total_s: float = 30.0
    connect_s: float = 10.0
    max_redirects: int = 5


DEFAULT_LIMITS = FetchLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A document as it came, unpacked; empty `content` if it was not modified.

    `url` is where it was in the end, `permanent_url` what to ask next time (see redirects.Trail). `etag` and
    `last_modified` go into the next fetch as they are: the server's, those that were asked with if it did not modify
    the document and gave no new ones, or empty.
    `retry_after_s` is what the server asked to wait, if it did.
    """

    outcome: FetchOutcome
    url: str
    permanent_url: str
    content: bytes
    content_type: str
    etag: str
    last_modified: str
    retry_after_s: float | None


class Fetcher:
    """Fetches documents from the public internet, and from networks that the operator allowed.

    Safe to use from several threads. Keeps no cookies and no connections, reads neither proxies nor passwords from
    the environment; each hop is a new name look-up, a new check and a new connection.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        user_agent: str,
        allow_networks: Sequence[Network] = (),
        limits: FetchLimits = DEFAULT_LIMITS,
        resolve: Resolver = resolve_by_system,
    ) -> None:
        self._clock = clock
        self._user_agent = user_agent
        self._allowed = tuple(allow_networks)
        self._limits = limits
        self._resolve = resolve
        self._ssl_context = httpcore2.default_ssl_context()
        self._resolvers = ThreadPoolExecutor(_RESOLVER_THREADS, thread_name_prefix="resolve")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back the threads; a name that is still being looked up is not waited for."""
        self._resolvers.shutdown(wait=False, cancel_futures=True)

    def fetch(self, url: str, *, etag: str = "", last_modified: str = "") -> Fetched:
        """Return the document at `url`, or NOT_MODIFIED if it is still the one that `etag` or `last_modified` mean.

        Raises ForbiddenAddressError for an address that may not be asked, SourceGoneError for a 410, FetchError for
        what may go better later (names, connections, TLS, statuses, half documents, time), and RejectedError for a
        document past the limits.
        """
        validators = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        validators = {name: value for name, value in validators.items() if value}
        deadline = Deadline(self._limits.total_s)
        trail = Trail.begin(url)
        while True:
            with self._errors_told(trail.url), self._ask(trail.url, validators, deadline) as answer:
                if answer.status not in REDIRECTS:
                    return self._take(answer, trail, validators)
                location = _header(answer, "Location")
            trail = trail.follow(answer.status, location, max_redirects=self._limits.max_redirects)

    @contextmanager
    def _ask(self, url: httpx2.URL, validators: Mapping[str, str], deadline: Deadline) -> Iterator[httpcore2.Response]:
        """Ask for `url` over a connection of its own; yield the answer with its body still to come."""
        backend = PinnedBackend(self._addresses(url, deadline), deadline=deadline, connect_s=self._limits.connect_s)
        asked = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=port_of(url), target=url.raw_path)
        headers = {
            "Host": url.netloc.decode("ascii"),
            "User-Agent": self._user_agent,
            "Accept": _ACCEPT,
            "Accept-Encoding": ACCEPT_ENCODING,
            "Connection": "close",
            **validators,
        }
        with (
            httpcore2.HTTPConnection(asked.origin, self._ssl_context, network_backend=backend) as connection,
            connection.stream("GET", asked, headers=[*headers.items()]) as answer,
        ):
            yield answer

    def _addresses(self, url: httpx2.URL, deadline: Deadline) -> Sequence[Address]:
        """Return the addresses of the host of `url`, all of them checked."""
        looking_up = self._resolvers.submit(self._resolve, url.raw_host.decode("ascii"), port_of(url))
        try:
            answers = looking_up.result(timeout=deadline.left_s())
        except socket.gaierror as error:
            raise FetchError(str(url), f"no address was found for {url.host} ({error.strerror})") from error
        check_answers(url, answers, allowed=self._allowed)
        return answers

    def _take(self, answer: httpcore2.Response, trail: Trail, validators: Mapping[str, str]) -> Fetched:
        """Return what the last answer of a trail brought."""
        if answer.status == HTTPStatus.NOT_MODIFIED and validators:
            outcome, content, kept = FetchOutcome.NOT_MODIFIED, b"", validators
        elif answer.status in _WHOLE:
            outcome, content, kept = FetchOutcome.FETCHED, self._body(answer, str(trail.url)), {}
        else:
            raise self._refusal(answer, trail)
        return Fetched(
            outcome=outcome,
            url=str(trail.url),
            permanent_url=trail.permanent_url,
            content=content,
            content_type=_header(answer, "Content-Type"),
            etag=_validator(answer, "ETag") or kept.get("If-None-Match", ""),
            last_modified=_validator(answer, "Last-Modified") or kept.get("If-Modified-Since", ""),
            retry_after_s=self._retry_after_s(answer),
        )

    def _body(self, answer: httpcore2.Response, url: str) -> bytes:
        return unpack(
            answer.iter_stream(),
            ",".join(_headers(answer, "Content-Encoding")),
            url=url,
            max_bytes=self._limits.max_bytes,
            max_ratio=self._limits.max_ratio,
        )

    def _refusal(self, answer: httpcore2.Response, trail: Trail) -> FetchError:
        said = f"{trail.url.host} answered {answer.status} {_phrase(answer.status)}".rstrip()
        # What is gone at the end of a temporary redirect says nothing of the source itself.
        if answer.status == HTTPStatus.GONE and trail.is_permanent:
            return SourceGoneError(str(trail.url), f"{said}: the publisher retired it")
        return FetchError(str(trail.url), said, retry_after_s=self._retry_after_s(answer))

    def _retry_after_s(self, answer: httpcore2.Response) -> float | None:
        return parse_retry_after(_header(answer, "Retry-After"), now=self._clock.now())

    @contextmanager
    def _errors_told(self, url: httpx2.URL) -> Iterator[None]:
        """Turn what the network throws into FetchError, in words for a person."""
        try:
            yield
        except httpcore2.ConnectTimeout as error:
            raise FetchError(str(url), f"no connection to {url.host}: it did not answer in time") from error
        except (TimeoutError, httpcore2.TimeoutException) as error:
            raise FetchError(str(url), f"{url.host} took longer than {self._limits.total_s:g} s") from error
        except httpcore2.ConnectError as error:
            raise FetchError(str(url), f"no connection to {url.host}: {_cause(error)}") from error
        except httpcore2.NetworkError as error:
            raise FetchError(str(url), f"{url.host} broke the connection off: {_cause(error)}") from error
        except httpcore2.ProtocolError as error:
            raise FetchError(str(url), f"{url.host} did not send a whole HTTP answer: {error}") from error


def _headers(answer: httpcore2.Response, name: str) -> list[str]:
    wanted = name.lower().encode("ascii")
    return [_text(value) for header, value in answer.headers if header.lower() == wanted]


def _header(answer: httpcore2.Response, name: str) -> str:
    """Return the first header of that name; empty if there is none."""
    return next(iter(_headers(answer, name)), "")


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _validator(answer: httpcore2.Response, name: str) -> str:
    """Return an ETag or Last-Modified that can be kept and sent back; empty if it is none of ours to repeat."""
    value = _header(answer, name)
    is_plain = value.isascii() and value.isprintable() and len(value) <= _MAX_KEPT_HEADER_CHARACTERS
    return value if is_plain else ""


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _cause(error: Exception) -> str:
    """Return what lies under an error of httpcore2: what was wrong with a certificate, or what the system said."""
    cause = error.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not valid, {cause.verify_message}"
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return str(error)
