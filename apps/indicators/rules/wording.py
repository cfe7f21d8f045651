"""Does a planned result (RHK) read like a result? Advice beside the question, never a refusal (complaint 17).

A result says what will be there afterwards; an activity says what somebody does all day. The word list holds
the verbs that begin most RHK worded as activities; it is a hint, not a rule of the law.
"""

import re
from enum import StrEnum

ACTIVITY_VERBS = frozenset(
    {
        "melaksanakan", "melakukan", "melayani", "memantau", "membantu", "memberikan", "membuat", "memeriksa",
        "memproses", "mempersiapkan", "menerima", "mengadakan", "mengarsipkan", "mengelola", "mengerjakan",
        "mengetik", "menghadiri", "mengikuti", "menginput", "mengisi", "mengoordinasikan",
        "mengkoordinasikan",
        "mengumpulkan", "menyelenggarakan", "menyiapkan", "menyusun", "mencatat", "mendampingi",
    }
)  # fmt: skip

_TARGET = re.compile(
    r"\d+(?:[.,]\d+)*\s*(?:%|persen|orang|dokumen|laporan|kali|kegiatan|berkas|pasien|siswa|hari|bulan|unit)\b|\d\s*%",
    re.IGNORECASE,
)


class WordingHint(StrEnum):
    ACTIVITY = "activity"
    TARGET_INSIDE = "target_inside"


def wording_hints(text: str) -> tuple[WordingHint, ...]:
    """Return what might be worded better in a planned result."""
    words = re.findall(r"[A-Za-z]+", text[:200].lower())
    hints = []
    if words and words[0] in ACTIVITY_VERBS:
        hints.append(WordingHint.ACTIVITY)
    if _TARGET.search(text[:2000]):
        hints.append(WordingHint.TARGET_INSIDE)
    return tuple(hints)
