"""The job family of a post follows from its title."""

import pytest

from apps.employees.rules.jenjang import family_of


@pytest.mark.parametrize(
    ("title", "level", "family"),
    [
        ("Perawat Ahli Muda", "ahli_muda", "Perawat"),
        ("Perawat  AHLI MUDA", "ahli_muda", "Perawat"),
        ("Perawat", "ahli_muda", "Perawat"),
        ("Ahli Muda", "ahli_muda", "Ahli Muda"),
        ("Pengelola Layanan", "", "Pengelola Layanan"),
        ("Bidan Terampil", "mahir", "Bidan Terampil"),
    ],
)
def test_the_level_is_no_part_of_the_family(title: str, level: str, family: str) -> None:
    assert family_of(title, level) == family
