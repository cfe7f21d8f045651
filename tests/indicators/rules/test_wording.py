import pytest

from apps.indicators.rules.wording import WordingHint, wording_hints


@pytest.mark.parametrize(
    ("text", "hints"),
    [
        ("Meningkatnya cakupan imunisasi dasar lengkap", ()),
        ("Tersedianya laporan layanan", ()),
        ("Melaksanakan pelayanan di loket", (WordingHint.ACTIVITY,)),
        ("  menyusun laporan", (WordingHint.ACTIVITY,)),
        ("Tersedianya 12 laporan bulanan", (WordingHint.TARGET_INSIDE,)),
        ("Kepuasan warga 90%", (WordingHint.TARGET_INSIDE,)),
        ("Mengikuti 3 kegiatan", (WordingHint.ACTIVITY, WordingHint.TARGET_INSIDE)),
        ("Terlaksananya SPBE tahun 2026", ()),
        ("", ()),
    ],
)
def test_hints(text: str, hints: tuple[WordingHint, ...]) -> None:
    assert wording_hints(text) == hints
