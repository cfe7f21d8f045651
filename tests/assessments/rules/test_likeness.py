"""Fingerprints: what is nearly equal meets in a band; what is not, is told apart afterwards."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.assessments.rules.likeness import (
    PICTURE_DISTANCE,
    TEXT_WORDS,
    picture_bands,
    picture_distance,
    plain_text,
    text_bands,
)

WORDS = (
    "pelayanan pemeriksaan ibu hamil di posyandu melati berjalan setiap hari kerja dengan dua puluh empat balita "
    "ditimbang dan dua dirujuk ke puskesmas untuk pemeriksaan lanjutan serta kunjungan rumah bagi lansia yang sakit "
    "bersama kader kesehatan dan perangkat kelurahan selama bulan september"
).split()


@settings(max_examples=100)
@given(st.integers(-(2**63), 2**63 - 1), st.sets(st.integers(0, 63), max_size=PICTURE_DISTANCE))
def test_a_picture_that_hardly_differs_always_shares_a_band(picture: int, flipped: set[int]) -> None:
    bits = picture & (2**64 - 1)
    for place in flipped:
        bits ^= 1 << place
    other = bits - 2**64 if bits >> 63 else bits
    assert picture_distance(picture, other) == len(flipped)
    assert set(picture_bands(picture)) & set(picture_bands(other))
    assert all(0 <= band < 2**15 for band in picture_bands(picture)), "must fit a small integer"


def test_no_hash_has_no_bands() -> None:
    assert picture_bands(None) == []


def test_a_text_with_a_few_changed_words_shares_a_band() -> None:
    text = " ".join(WORDS)
    assert set(text_bands(text)) & set(text_bands(text.replace("melati", "mawar").replace("dua", "tiga")))
    assert text_bands(text) == text_bands(f"  {text.upper()}!! ")


def test_different_texts_rarely_meet() -> None:
    random = Random(1)
    texts = [" ".join(random.choices(WORDS, k=60)) for _ in range(40)]
    bands = [set(text_bands(text)) for text in texts]
    meetings = sum(bool(a & b) for i, a in enumerate(bands) for b in bands[i + 1 :])
    assert meetings < 0.05 * len(texts) * (len(texts) - 1) / 2


def test_a_short_text_has_no_fingerprint() -> None:
    assert text_bands(" ".join(WORDS[: TEXT_WORDS - 1])) == []
    assert len(text_bands(" ".join(WORDS[:TEXT_WORDS]))) == 16
    assert all(0 <= band < 2**31 for band in text_bands(" ".join(WORDS)))


def test_texts_are_compared_without_case_and_marks() -> None:
    assert plain_text("- Rapat;  KOORDINASI (dua)\n") == "rapat koordinasi dua"
