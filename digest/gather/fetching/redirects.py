"""Following redirects: how far, where to, and which of them to remember (RFC 9110 15.4).

Pure; fetcher.py does the asking.
"""

from dataclasses import dataclass, replace
from typing import Self

import httpx2

from digest.errors import FetchError
from digest.gather.fetching.network import readable_url

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """The way from the URL that was asked for to the one to ask now.

    `visited` holds every URL on the way, `url` among them. `permanent_url` is what to ask next time: where permanent
    redirects led, as long as there was no temporary one among them; the URL as it was given, if there was none.
    """

    url: httpx2.URL
    visited: tuple[str, ...]
    permanent_url: str
    is_permanent: bool = True

    @classmethod
    def begin(cls, asked: str) -> Self:
        """Return the trail that has only its first URL. Raises FetchError if that cannot be asked."""
        url = readable_url(asked)
        return cls(url=url, visited=(str(url),), permanent_url=asked)

    def follow(self, status: int, location: str, *, max_redirects: int) -> Self:
        """Return the trail one redirect further.

        `status` is one of REDIRECTS, `location` its Location header (absolute or relative; empty if there was none).
        Raises FetchError for a circle, one redirect too many, a step from https down to http, and a target that
        cannot be asked.
        """
        target = self._target(status, location)
        if str(target) in self.visited:
            raise self._error(f"redirects in a circle, by way of {target}")
        if len(self.visited) > max_redirects:
            raise self._error(f"redirects more than {max_redirects} times")
        is_permanent = self.is_permanent and status in _PERMANENT
        return replace(
            self,
            url=target,
            visited=(*self.visited, str(target)),
            permanent_url=str(target) if is_permanent else self.permanent_url,
            is_permanent=is_permanent,
        )

    def _target(self, status: int, location: str) -> httpx2.URL:
        if not location:
            raise self._error(f"answered {status} without saying where to go")
        try:
            joined = self.url.join(location)
        except (httpx2.InvalidURL, UnicodeError) as error:
            raise self._error(f"redirects to {location[:200]!r}, which cannot be read as an address") from error
        target = readable_url(str(joined))
        if self.url.scheme == "https" and target.scheme == "http":
            raise self._error(f"redirects from https to {target}, which anybody on the way could read and change")
        return target

    def _error(self, what: str) -> FetchError:
        return FetchError(str(self.url), f"{self.url.host} {what}")
