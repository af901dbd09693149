"""Every error Digest raises on purpose, as one tree.

DigestError                     what a person can read: names the thing, what was wrong, what to do next
├── SettingsError               one or more settings cannot be used; all of them are named
├── InputError                  an argument, file or row that cannot be used
│   ├── FieldsError             fields of a form that cannot be used; each has its sentence
│   ├── NotFoundError           no such topic, story, subscriber, edition or mailing
│   └── AlreadyExistsError      that name is taken
├── StoreError                  the database cannot be reached, or is not at this program's revision
├── TooOftenError               this was asked for too often lately: nothing was done, and later it may be
├── EpochError                  the database is not the one this machine sent from last: nothing is sent
├── GatherError                 a source or a document could not be taken
│   ├── FetchError              a fetch failed; may go better later
│   │   ├── ForbiddenAddressError   the address is not on the public internet, and not allowed by name
│   │   └── SourceGoneError     410: the source is retired
│   └── RejectedError           what came is not a document, or a bomb; final for these bytes
├── RenderError                 a template failed, or its output did
│   └── PreflightError          the edition must not be sent as it is; each fault is named
└── SendError                   nothing was sent
    ├── UnsafeMessageError      this message did not pass the gate; it never will, unchanged
    ├── JournalError            the journal of what is on the wire cannot be written: no final dot goes out
    └── RelayError              the relay cannot be used at all now (no connection, say): a fault on our side
        └── UnusableRelayError      it refuses our login, or TLS is not as it must be: no second try mends that

What a relay says about one message is no error but a `Transmission` (digest/model/messages.py).
Ids are attributes. The class decides what happens next; nobody parses messages.
"""

from collections.abc import Mapping, Sequence


class DigestError(Exception):
    """An error with a sentence for a person."""


class SettingsError(DigestError):
    """Settings that cannot be used; `problems` has one sentence each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class InputError(DigestError):
    """An argument, file or row that cannot be used."""


class FieldsError(InputError):
    """Fields of a form that cannot be used; `problems` has one sentence for each, by the field's name."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("\n".join(problems.values()))
        self.problems = dict(problems)


class NotFoundError(InputError):
    """No such thing; names near ones where there are any."""

    def __init__(self, kind: str, name: str, *, near: Sequence[str] = (), hint: str = "") -> None:
        said = f'no {kind} "{name}"'
        if near:
            said += "; did you mean " + " or ".join(f'"{one}"' for one in near) + "?"
        elif hint:
            said += f"; {hint}"
        super().__init__(said)
        self.kind = kind
        self.name = name


class AlreadyExistsError(InputError):
    """That name is taken."""

    def __init__(self, kind: str, name: str, *, hint: str) -> None:
        super().__init__(f'{kind} "{name}" is already there; {hint}')
        self.kind = kind
        self.name = name


class StoreError(DigestError):
    """The database cannot be reached, or is not at this program's revision."""


class TooOftenError(DigestError):
    """This was asked for too often in a short time. Nothing was done; it may be asked for again later."""


class EpochError(DigestError):
    """The database is not the one this machine sent from last (restored, or copied): sending is on hold."""


class GatherError(DigestError):
    """A source or a document could not be taken."""


class FetchError(GatherError):
    """A fetch failed; `retry_after_s` is what the server asked for, in seconds, if it did."""

    def __init__(self, url: str, why: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(why)
        self.url = url
        self.retry_after_s = retry_after_s


class ForbiddenAddressError(FetchError):
    """The address is not on the public internet, and DIGEST_ALLOW_NETWORKS does not list it."""


class SourceGoneError(FetchError):
    """410 Gone: the publisher retired this source (RFC 9110 15.5.11)."""


class RejectedError(GatherError):
    """What came cannot be read as stories, or is a bomb; final for these bytes."""


class RenderError(DigestError):
    """A template failed."""


class PreflightError(RenderError):
    """The edition must not be sent as it is; `faults` has one sentence each."""

    def __init__(self, edition: str, faults: Sequence[str]) -> None:
        super().__init__(f"{edition} must not be sent as it is:\n" + "\n".join(f"  - {one}" for one in faults))
        self.edition = edition
        self.faults = tuple(faults)


class SendError(DigestError):
    """Nothing was sent."""


class UnsafeMessageError(SendError):
    """This message did not pass the gate; unchanged, it never will."""


class JournalError(SendError):
    """The journal of what is on the wire cannot be written, so no final dot goes out. The message says which file."""


class RelayError(SendError):
    """The relay cannot be used at all now: no connection, no TLS where it is required, or AUTH failed.

    `relay` is its host and port, without the password. No delivery is to blame: all stay as they were.
    """

    def __init__(self, relay: str, why: str) -> None:
        super().__init__(f"relay {relay}: {why}")
        self.relay = relay


class UnusableRelayError(RelayError):
    """The relay refuses our login, or does not keep mail as private as is asked. Trying again would mend nothing."""
