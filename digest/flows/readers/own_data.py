"""What is kept of a reader: shown to them in full, and erased when they say so (GDPR 15, 17 and 20)."""

from digest.flows.services import Services


def own_data(services: Services, token: str) -> str | None:
    """Return all that is kept of the reader of a preferences token, as JSON; None for an unknown token, or erased."""
    raise NotImplementedError


def erase_reader(services: Services, token: str) -> bool:
    """Erase the reader of a preferences token for good; False for a token that is cut or forged. Twice is fine."""
    raise NotImplementedError
