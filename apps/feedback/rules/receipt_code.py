"""One-time codes on receipts: sixteen letters that say which service, and prove day and number.

    7K3M-9QXT-2WBD-5HZ4
    ----                 the service, readable, so that the key of its government can be found
         ---- -          day and running number, masked: paper does not tell who was the first or the fifth
               --- ---   signature (30 bits) over service, day and number
                      -  check letter: a slip of the finger is told apart from a made-up code

The day and the number are hidden by a pad made of the signature, and the signature is made of all three, so the code
reads like chance without the key. Thirty bits are for guessing over the network only: whoever guesses wins one
rating, and is counted as an open one for each miss. Pure functions: keys and days come from the caller.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
GROUP = 4
SERVICE_BITS = 20
DAY_BITS = 10
NUMBER_BITS = 15
SIGNATURE_BITS = 30
HIGHEST_NUMBER = 2**NUMBER_BITS - 1
_MASKED_BITS = DAY_BITS + NUMBER_BITS
_SERVICE_LETTERS = SERVICE_BITS // 5
_LOOK_ALIKES = str.maketrans("OILU", "011V")
_FIRST_DAY = date(2020, 1, 1)
_BASE = len(ALPHABET)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a code stands for, and the key that signed it."""

    service_id: int
    day: date
    number: int
    key: bytes

    @property
    def digest(self) -> str:
        """Return what is kept of a used code: it says nothing without the key."""
        return _mac(self.key, "used", self.service_id, self.day, self.number).hex()


def _mac(key: bytes, purpose: str, *parts: object) -> bytes:
    text = ":".join([purpose, *map(str, parts)])
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _signature(key: bytes, service_id: int, day: date, number: int) -> int:
    whole = _mac(key, "sign", service_id, day.isoformat(), number)
    return int.from_bytes(whole[:8], "big") >> (64 - SIGNATURE_BITS)


def _pad(key: bytes, service_id: int, signature: int) -> int:
    whole = _mac(key, "mask", service_id, signature)
    return int.from_bytes(whole[:8], "big") >> (64 - _MASKED_BITS)


def encode(*, service_id: int, day: date, number: int, key: bytes) -> str:
    """Return the code of a receipt, without separators.

    :raises ValueError: for a service or a number that does not fit.
    """
    if not 0 < service_id < 2**SERVICE_BITS or not 0 < number <= HIGHEST_NUMBER:
        raise ValueError("does not fit into a receipt code")
    signature = _signature(key, service_id, day, number)
    plain = ((day - _FIRST_DAY).days % 2**DAY_BITS) << NUMBER_BITS | number
    masked = plain ^ _pad(key, service_id, signature)
    whole = (service_id << _MASKED_BITS | masked) << SIGNATURE_BITS | signature
    letters = _letters(whole, LENGTH - 1)
    return letters + _check_letter(letters)


def grouped(code: str) -> str:
    """Return a code as it is printed, in groups of four."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def normalize(text: str) -> str:
    """Return what somebody typed, scanned or pasted as it was made.

    Capitals, no separators, look-alikes corrected; of a whole address its last part.
    """
    last = text.strip().rstrip("/").rsplit("/", 1)[-1]
    plain = "".join(letter for letter in last.upper() if letter.isascii() and letter.isalnum())
    return plain.translate(_LOOK_ALIKES)


def is_well_formed(code: str) -> bool:
    """Whether a normalized code has the right length and check letter: typed as printed, genuine or not."""
    return (
        len(code) == LENGTH
        and all(letter in ALPHABET for letter in code)
        and _check_letter(code[:-1]) == code[-1]
    )


def service_of(code: str) -> int | None:
    """Return the service that a well-formed code names; whether it is genuine is another question."""
    return _number(code[:_SERVICE_LETTERS]) if is_well_formed(code) else None


def decode(code: str, *, keys: Iterable[bytes], today: date) -> Receipt | None:
    """Return what a normalized code stands for; None if none of the keys signed it.

    The code carries its day within a span of about three years; the one nearest to today is meant, and the
    signature covers the full date.
    """
    if not is_well_formed(code):
        return None
    whole = _number(code[:-1])
    signature = whole & (2**SIGNATURE_BITS - 1)
    masked = whole >> SIGNATURE_BITS & (2**_MASKED_BITS - 1)
    service_id = whole >> (SIGNATURE_BITS + _MASKED_BITS)
    for key in keys:
        plain = masked ^ _pad(key, service_id, signature)
        day = _nearest_day(plain >> NUMBER_BITS, today)
        number = plain & HIGHEST_NUMBER
        expected = _signature(key, service_id, day, number)
        if hmac.compare_digest(expected.to_bytes(8, "big"), signature.to_bytes(8, "big")):
            return Receipt(service_id, day, number, key)
    return None


def _nearest_day(short: int, today: date) -> date:
    span = 2**DAY_BITS
    behind = ((today - _FIRST_DAY).days - short) % span
    return today - timedelta(days=behind if behind < span // 2 else behind - span)


def _letters(value: int, length: int) -> str:
    return "".join(ALPHABET[value >> (5 * place) & 31] for place in reversed(range(length)))


def _number(letters: str) -> int:
    value = 0
    for letter in letters:
        value = value * _BASE + ALPHABET.index(letter)
    return value


def _check_letter(letters: str) -> str:
    """Return the letter that makes the sum right (Luhn, modulo 32): any one wrong letter breaks it."""
    total = 0
    for place, letter in enumerate(reversed(letters)):
        value = ALPHABET.index(letter) * (2 if place % 2 == 0 else 1)
        total += value // _BASE + value % _BASE
    return ALPHABET[-total % _BASE]


def longest_gap(used: Iterable[int]) -> int:
    """Return the longest run of numbers without an answer between two numbers with one.

    Many unanswered receipts are normal; a long hole in the middle of a day means that codes were not handed out,
    or not in order.
    """
    ordered = sorted(used)
    return max((after - before - 1 for before, after in pairwise(ordered)), default=0)
