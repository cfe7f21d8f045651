"""What a NIP says, and whether it is well formed (NIP-1 to NIP-4). Terms: docs/glossary.md.

There is no check digit. A NIP is neither a key nor a secret, and a mismatch with master data is a
matter for the caller to warn about: real numbers are kept when personal data are corrected later.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

NIP_LENGTH = 18
YOUNGEST_APPOINTMENT = 15
OLDEST_APPOINTMENT = 60


class EmployeeStatus(StrEnum):
    PNS = "pns"
    PPPK = "pppk"


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


class NipProblem(StrEnum):
    """What is wrong with a NIP."""

    LENGTH = "length"
    BIRTH_DATE = "birth_date"
    # Digits 13-14: not a month (PNS), or 00 (PPPK, where they are a contract code).
    MONTH = "month"
    SEX = "sex"
    SEQUENCE = "sequence"


class NipWarning(StrEnum):
    """What is odd about a valid NIP."""

    AGE = "age"


class InvalidNip(ValueError):
    """Raised for text that cannot be a NIP; `params` fill the message that the caller words.

    The text itself is not part of the exception: it would end up in logs.
    """

    def __init__(self, code: NipProblem, **params: int) -> None:
        super().__init__(code.value)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class NipFacts:
    """The parts of a valid NIP; PNS have an appointment month, PPPK a contract code."""

    nip: str
    birth_date: date
    appointment_year: int
    appointment_month: int | None
    sex: Sex
    sequence: str
    warnings: tuple[NipWarning, ...] = ()
    contract_code: str | None = None


_IGNORED = re.compile(r"[\s.\-\u2013\u2014]")
_SPREADSHEET_NUMBER = re.compile(r"\d+\.0+", re.ASCII)
_SEXES = {"1": Sex.MALE, "2": Sex.FEMALE}


def clean_nip(text: str) -> str:
    """Return the text without the spaces, dots and dashes that people type into a NIP.

    A number that went through a spreadsheet ("...5100.0") is returned as it is, so that it fails: its
    last digits are already lost, and dropping the dot could turn 17 digits into 18.
    """
    stripped = text.strip()
    if _SPREADSHEET_NUMBER.fullmatch(stripped):
        return stripped
    return _IGNORED.sub("", stripped)


def parse_nip(text: str, status: EmployeeStatus) -> NipFacts:
    """Return what the NIP of a PNS or the NI PPPK says.

    :raises InvalidNip: with the first problem found.
    """
    nip = clean_nip(text)
    if len(nip) != NIP_LENGTH or not (nip.isascii() and nip.isdigit()):
        raise InvalidNip(NipProblem.LENGTH, expected=NIP_LENGTH, found=len(nip))
    try:
        birth_date = date(int(nip[:4]), int(nip[4:6]), int(nip[6:8]))
    except ValueError:
        raise InvalidNip(NipProblem.BIRTH_DATE) from None
    month = int(nip[12:14])
    if month == 0 or (status is EmployeeStatus.PNS and month > 12):
        raise InvalidNip(NipProblem.MONTH, found=month)
    sex = _SEXES.get(nip[14])
    if sex is None:
        raise InvalidNip(NipProblem.SEX, found=int(nip[14]))
    sequence = nip[15:]
    if sequence == "000":
        raise InvalidNip(NipProblem.SEQUENCE)
    appointment_year = int(nip[8:12])
    age = appointment_year - birth_date.year
    is_pns = status is EmployeeStatus.PNS
    return NipFacts(
        nip=nip,
        birth_date=birth_date,
        appointment_year=appointment_year,
        appointment_month=month if is_pns else None,
        sex=sex,
        sequence=sequence,
        warnings=() if YOUNGEST_APPOINTMENT <= age <= OLDEST_APPOINTMENT else (NipWarning.AGE,),
        contract_code=None if is_pns else nip[12:14],
    )
