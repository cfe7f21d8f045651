"""The reporter's key: a number and a secret word, of which only a hash is stored."""

import secrets
from functools import cache

from django.contrib.auth.hashers import check_password, make_password

from apps.core.sequences import CROCKFORD

from ...models import Complaint

SECRET_LENGTH = 10


def new_secret() -> str:
    """Return a secret word: ten characters that cannot be mistaken for each other when read aloud."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(SECRET_LENGTH))


def spoken(secret: str) -> str:
    """Return the secret word in two groups, as it is shown."""
    return f"{secret[:5]}-{secret[5:]}"


def normalize_secret(text: str) -> str:
    """Return what somebody typed as it was made: capital letters, no separators, look-alikes corrected."""
    plain = "".join(character for character in text.upper() if character.isalnum())
    return plain.translate(str.maketrans("OILU", "011V"))


@cache
def _nobody() -> str:
    return make_password(new_secret())


def find_by_secret(*, number: str, secret: str) -> Complaint | None:
    """Return the complaint with this number if the secret word fits.

    A wrong number takes as long as a wrong word, so that numbers cannot be tried out.
    """
    complaint = Complaint.objects.filter(number=number.strip().upper().replace(" ", "")).first()
    fits = check_password(normalize_secret(secret), complaint.secret_hash if complaint else _nobody())
    return complaint if fits else None
