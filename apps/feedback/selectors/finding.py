"""Finding a service in words people use: any order, a word too many, a letter too few."""

import re
from dataclasses import dataclass
from difflib import get_close_matches

from django.db.models import Q, QuerySet

from ..models import Service

MAX_WORDS = 6
MAX_WORD = 30
CLOSE_ENOUGH = 0.72
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Found:
    """What was found, and the words that were really searched if they are not those that were typed."""

    services: QuerySet[Service]
    searched: str = ""


def find_services(services: QuerySet[Service], query: str) -> Found:
    """Return the services that a query means; if no name has all its words, those that come close.

    First all words, in any order. Then with misspelt words replaced by the likeliest ones of the list. Then any of
    the words.
    """
    words = [word[:MAX_WORD].lower() for word in _WORD.findall(query)][:MAX_WORDS]
    if not words:
        return Found(services)
    exact = _with_all(services, words)
    if exact.exists():
        return Found(exact)
    corrected = _corrected(services, words)
    if corrected and corrected != words:
        close = _with_all(services, corrected)
        if close.exists():
            return Found(close, " ".join(corrected))
    some = corrected or [word for word in words if len(word) > 2]
    return Found(_with_any(services, some), " ".join(some)) if some else Found(services.none())


def _corrected(services: QuerySet[Service], words: list[str]) -> list[str]:
    """Return the words as the names of the services write them; those like no word at all are left out."""
    known: set[str] = set()
    for names in services.order_by().values_list("name", "unit__name"):
        known.update(word.lower() for name in names for word in _WORD.findall(name))
    found = []
    for word in words:
        match = [word] if word in known else get_close_matches(word, sorted(known), n=1, cutoff=CLOSE_ENOUGH)
        found += match
    return found


def _with_all(services: QuerySet[Service], words: list[str]) -> QuerySet[Service]:
    for word in words:
        services = services.filter(_has(word))
    return services


def _with_any(services: QuerySet[Service], words: list[str]) -> QuerySet[Service]:
    condition = Q(pk__in=[])
    for word in words:
        condition |= _has(word)
    return services.filter(condition)


def _has(word: str) -> Q:
    return (
        Q(name__icontains=word)
        | Q(unit__name__icontains=word)
        | Q(description__icontains=word)
        | Q(unit__government__name__icontains=word)
    )
