"""Levels (jenjang) of posts and their names on forms: functional ones from Pemula to Ahli Utama, JPT ones below."""

LEVELS = {
    "pemula": "Pemula",
    "terampil": "Terampil",
    "mahir": "Mahir",
    "penyelia": "Penyelia",
    "ahli_pertama": "Ahli Pertama",
    "ahli_muda": "Ahli Muda",
    "ahli_madya": "Ahli Madya",
    "ahli_utama": "Ahli Utama",
    "pratama": "Pratama",
    "madya": "Madya",
    "utama": "Utama",
}


def family_of(title: str, level: str) -> str:
    """Return the job family a post's title names: the title without its level, "Perawat Ahli Muda" -> "Perawat"."""
    label = LEVELS.get(level, "")
    shortened = title.strip()
    if label and shortened.lower().endswith(f" {label.lower()}"):
        shortened = shortened[: -len(label)].strip()
    return shortened
