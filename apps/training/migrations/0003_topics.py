"""The topics that the rules propose (docs/rules/training-needs.md), and a few that programmes often have."""

from django.db import migrations

TOPICS = [
    ("coaching", "Pembinaan kinerja oleh atasan"),
    ("work_result", "Perencanaan dan penyelesaian hasil kerja"),
    ("behavior", "Perilaku kerja ASN BerAKHLAK"),
    ("aspect_kuantitas", "Produktivitas dan pengelolaan beban kerja"),
    ("aspect_kualitas", "Mutu hasil kerja"),
    ("aspect_waktu", "Manajemen waktu dan ketepatan penyelesaian"),
    ("aspect_biaya", "Efisiensi dan pengelolaan anggaran"),
    ("unsur_persyaratan", "Pelayanan publik: kejelasan persyaratan"),
    ("unsur_prosedur", "Pelayanan publik: penyederhanaan prosedur"),
    ("unsur_waktu", "Pelayanan publik: kecepatan waktu penyelesaian"),
    ("unsur_biaya", "Pelayanan publik: keterbukaan biaya dan tarif"),
    ("unsur_produk", "Pelayanan publik: hasil sesuai standar pelayanan"),
    ("unsur_kompetensi", "Pelayanan publik: kompetensi petugas"),
    ("unsur_perilaku", "Pelayanan publik: keramahan dan komunikasi petugas"),
    ("unsur_pengaduan", "Pelayanan publik: penanganan pengaduan"),
    ("unsur_sarana", "Pelayanan publik: pengelolaan sarana dan prasarana"),
    ("digital", "Literasi digital dan aplikasi perkantoran"),
    ("writing", "Tata naskah dinas dan penulisan laporan"),
    ("integrity", "Integritas dan antikorupsi"),
    ("leadership", "Kepemimpinan dan pengelolaan tim"),
    ("procurement", "Pengadaan barang dan jasa"),
    ("technical", "Keahlian teknis jabatan"),
]


def add_topics(apps, schema_editor):
    topic = apps.get_model("training", "Topic")
    for code, name in TOPICS:
        topic.objects.get_or_create(code=code, defaults={"name": name})


class Migration(migrations.Migration):
    dependencies = [("training", "0002_need_proposals")]

    # Backward nothing: needs and programmes may point to the topics by then.
    operations = [migrations.RunPython(add_topics, migrations.RunPython.noop, elidable=False)]
