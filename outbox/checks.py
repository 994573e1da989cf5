"""What is asked of the settings before anything is sent or forgotten."""

from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.checks import Error

SHORTEST_MEMORY = 365
# The least that makes sense. A lease of no time would let two workers send one letter.
FEWEST = {
    "OUTBOX_LEASE_SECONDS": 1,
    "OUTBOX_CONNECTIONS": 1,
    "OUTBOX_DOMAIN_PER_MINUTE": 0,
    "OUTBOX_SECRET_DAYS": 0,
    "OUTBOX_BODY_DAYS": 0,
}
IMAP_PORTS = {"imaps": 993, "imap+tls": 143, "imap": 143}


def check_kept_days(**_kwargs: object) -> list[Error]:
    """At start: a letter forgotten too soon could be written a second time.

    Its row is what says that somebody was told of an occasion.
    """
    if settings.OUTBOX_KEPT_DAYS == 0 or settings.OUTBOX_KEPT_DAYS >= SHORTEST_MEMORY:
        return []
    words = f"OUTBOX_KEPT_DAYS is {SHORTEST_MEMORY} or more, or 0 for ever."
    return [Error(words, id="outbox.E004")]


def check_numbers(**_kwargs: object) -> list[Error]:
    """At start: none so small that letters go twice, never or are forgotten."""
    return [
        Error(f"{name} is {fewest} or more.", id="outbox.E006")
        for name, fewest in FEWEST.items()
        if getattr(settings, name) < fewest
    ]


def check_imap_url(**_kwargs: object) -> list[Error]:
    """At start: it names a server, and somebody who may read there."""
    url = settings.BOUNCE_IMAP_URL
    if not url:
        return []
    if not _is_whole(url):
        words = "BOUNCE_IMAP_URL is like imaps://user:password@host:993/INBOX."
    elif not settings.BOUNCE_ADDRESS:
        words = "BOUNCE_IMAP_URL needs BOUNCE_ADDRESS, to which undelivered mail goes."
    else:
        return []
    return [Error(words, id="outbox.E005")]


def _is_whole(url: str) -> bool:
    try:
        place = urlsplit(url)
        is_named = place.scheme in IMAP_PORTS and bool(place.hostname)
        has_port = place.port is None or place.port > 0
    except ValueError:
        return False
    who = unquote(place.username or ""), unquote(place.password or "")
    return is_named and has_port and all(who) and "".join(who).isascii()
