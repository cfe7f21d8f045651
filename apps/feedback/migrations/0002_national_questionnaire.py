"""The national questionnaire of PermenPANRB 14/2017: nine unsur, known by code (feedback sheet 1.2)."""

from django.db import migrations

UNSUR = [
    (
        1,
        "persyaratan",
        "Persyaratan",
        "Apakah persyaratan yang diminta sesuai dengan jenis pelayanannya?",
        ["Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat sesuai"],
    ),
    (
        2,
        "prosedur",
        "Sistem, mekanisme, dan prosedur",
        "Seberapa mudah prosedur pelayanan di unit ini?",
        ["Tidak mudah", "Kurang mudah", "Mudah", "Sangat mudah"],
    ),
    (
        3,
        "waktu",
        "Waktu penyelesaian",
        "Seberapa cepat pelayanan diselesaikan?",
        ["Tidak cepat", "Kurang cepat", "Cepat", "Sangat cepat"],
    ),
    (
        4,
        "biaya",
        "Biaya/tarif",
        "Bagaimana kewajaran biaya atau tarif pelayanan?",
        ["Sangat mahal", "Cukup mahal", "Murah", "Gratis"],
    ),
    (
        5,
        "produk",
        "Produk spesifikasi jenis pelayanan",
        "Apakah hasil pelayanan sesuai dengan standar yang dijanjikan?",
        ["Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat sesuai"],
    ),
    (
        6,
        "kompetensi",
        "Kompetensi pelaksana",
        "Bagaimana kemampuan petugas di unit ini dalam melayani?",
        ["Tidak kompeten", "Kurang kompeten", "Kompeten", "Sangat kompeten"],
    ),
    (
        7,
        "perilaku",
        "Perilaku pelaksana",
        "Bagaimana kesopanan dan keramahan petugas di unit ini?",
        ["Tidak sopan dan ramah", "Kurang sopan dan ramah", "Sopan dan ramah", "Sangat sopan dan ramah"],
    ),
    (
        8,
        "pengaduan",
        "Penanganan pengaduan, saran, dan masukan",
        "Bagaimana unit ini menangani pengaduan pengguna?",
        ["Tidak ada", "Ada tetapi tidak berfungsi", "Berfungsi kurang maksimal", "Dikelola dengan baik"],
    ),
    (
        9,
        "sarana",
        "Sarana dan prasarana",
        "Bagaimana kualitas sarana dan prasarana?",
        ["Buruk", "Cukup", "Baik", "Sangat baik"],
    ),
]


def add_questionnaire(apps, schema_editor):
    alias = schema_editor.connection.alias
    questionnaires = apps.get_model("feedback", "Questionnaire").objects.using(alias)
    unsur = apps.get_model("feedback", "Unsur").objects.using(alias)
    questionnaire, is_new = questionnaires.get_or_create(
        government=None,
        regime="14/2017",
        version=1,
        defaults={"title": "Survei Kepuasan Masyarakat (PermenPANRB 14/2017)"},
    )
    if not is_new:
        return
    for number, code, name, question, labels in UNSUR:
        unsur.create(
            questionnaire=questionnaire,
            number=number,
            code=code,
            name=name,
            question=question,
            labels=labels,
            weight_numerator=1,
            weight_denominator=len(UNSUR),
        )


class Migration(migrations.Migration):
    dependencies = [("feedback", "0001_initial")]

    operations = [migrations.RunPython(add_questionnaire, migrations.RunPython.noop)]
