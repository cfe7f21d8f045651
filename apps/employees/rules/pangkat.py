"""Which pangkat belongs to a golongan (sheet 11.3). Terms: docs/glossary.md.

PPPK have a golongan from I to XVII and no pangkat.
"""

from apps.employees.rules.nip import EmployeeStatus

NO_PANGKAT = "-"

# In ascending order.
PNS_PANGKAT: dict[str, str] = {
    "I/a": "Juru Muda",
    "I/b": "Juru Muda Tingkat I",
    "I/c": "Juru",
    "I/d": "Juru Tingkat I",
    "II/a": "Pengatur Muda",
    "II/b": "Pengatur Muda Tingkat I",
    "II/c": "Pengatur",
    "II/d": "Pengatur Tingkat I",
    "III/a": "Penata Muda",
    "III/b": "Penata Muda Tingkat I",
    "III/c": "Penata",
    "III/d": "Penata Tingkat I",
    "IV/a": "Pembina",
    "IV/b": "Pembina Tingkat I",
    "IV/c": "Pembina Utama Muda",
    "IV/d": "Pembina Utama Madya",
    "IV/e": "Pembina Utama",
}
PNS_GOLONGAN: tuple[str, ...] = tuple(PNS_PANGKAT)
PPPK_GOLONGAN: tuple[str, ...] = (
    *("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"),
    *("X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII"),
)


class UnknownGolongan(ValueError):
    """Raised for a golongan that the employee's status does not have."""


def is_valid_golongan(golongan: str, status: EmployeeStatus) -> bool:
    """Tell whether the status knows that golongan, written as on the forms ("III/c", "IX")."""
    return golongan in (PNS_GOLONGAN if status is EmployeeStatus.PNS else PPPK_GOLONGAN)


def pangkat_name(golongan: str, status: EmployeeStatus) -> str:
    """Return the name of the pangkat, or a dash for PPPK.

    :raises UnknownGolongan: if the status has no such golongan.
    """
    if not is_valid_golongan(golongan, status):
        raise UnknownGolongan(golongan)
    return PNS_PANGKAT[golongan] if status is EmployeeStatus.PNS else NO_PANGKAT


def pangkat_line(golongan: str, status: EmployeeStatus) -> str:
    """Return the row "Pangkat/Gol. ruang" of the official forms: "Penata, III/c", or "IX" for PPPK.

    :raises UnknownGolongan: if the status has no such golongan.
    """
    name = pangkat_name(golongan, status)
    return golongan if name == NO_PANGKAT else f"{name}, {golongan}"
