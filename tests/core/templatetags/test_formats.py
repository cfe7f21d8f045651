from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from apps.core.templatetags import formats

MOMENT = datetime(2026, 11, 5, 2, 42, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _indonesian():
    with translation.override("id"):
        yield


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("", "5 November 2026"),
        ("pendek", "5 Nov 2026"),
        ("hari", "Kamis, 5 November 2026"),
        ("bulan", "November 2026"),
    ],
)
def test_date_in_indonesian(style, expected):
    assert formats.tanggal(date(2026, 11, 5), style) == expected


def test_date_in_english():
    with translation.override("en"):
        assert formats.tanggal(date(2026, 8, 17), "hari") == "Monday, 17 August 2026"


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Asia/Jakarta", "5 November 2026 09.42 WIB"),
        ("Asia/Makassar", "5 November 2026 10.42 WITA"),
        (ZoneInfo("Asia/Jayapura"), "5 November 2026 11.42 WIT"),
        (SimpleNamespace(timezone="Asia/Makassar"), "5 November 2026 10.42 WITA"),
        ("UTC", "5 November 2026 02.42 UTC"),
    ],
)
def test_moment_names_its_zone(zone, expected):
    assert formats.waktu(MOMENT, zone) == expected


def test_moment_in_english_has_a_colon():
    with translation.override("en"):
        assert formats.jam(MOMENT, "Asia/Makassar") == "10:42 WITA"


@pytest.mark.parametrize("value", [None, "", "5 November"])
def test_what_is_no_date_is_empty(value):
    assert formats.tanggal(value) == formats.waktu(value) == formats.tenggat(value) == ""


@pytest.mark.parametrize(
    ("day", "expected"),
    [(5, "hari ini"), (6, "besok"), (9, "4 hari lagi"), (4, "lewat 1 hari"), (1, "lewat 4 hari")],
)
def test_deadline_from_today(day, expected):
    assert formats.tenggat(date(2026, 11, day), date(2026, 11, 5)) == expected


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (78.74, 2, "78,74"),
        (Decimal("2.8163"), None, "2,8163"),
        (1234567, None, "1.234.567"),
        (Decimal("2.345"), 2, "2,35"),
        (-3.5, 1, "\N{MINUS SIGN}3,5"),
        (0, 2, "0,00"),
        (None, 2, ""),
        ("", None, ""),
        ("tidak ada", None, "tidak ada"),
    ],
)
def test_number_with_decimal_comma(value, decimals, expected):
    assert formats.angka(value, decimals) == expected


def test_number_in_english():
    with translation.override("en"):
        assert formats.angka(Decimal("1234.5"), 2) == "1,234.50"


def test_percent_and_size():
    assert formats.persen(Decimal("78.744"), 1) == "78,7%"
    assert formats.persen(None) == ""
    assert [formats.ukuran(n) for n in (812, 14_200, 2_400_000, None)] == ["812 B", "14 kB", "2,4 MB", ""]


def test_nip_and_initials():
    assert formats.nip("198504122010011003") == "19850412 201001 1 003"
    assert formats.nip("123") == "123"
    assert formats.inisial("Dr. Siti Aminah Rekaan, S.Sos.") == "SR"
    assert formats.inisial("Siti") == "S"
    assert formats.inisial("") == "?"
