"""What each demo government shows. The facts of the stories follow the sources; people and figures are invented."""

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """Where in the year a government stands when the demo opens."""

    PLANNING = "planning"
    REPORTING = "reporting"
    RATING = "rating"
    DELIVERED = "delivered"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True)
class Story:
    """A government of the sources and what is told with it."""

    code: str
    name: str
    zone: str
    place: str
    district: str
    leader: str
    stage: Stage
    periodicity: str
    quality: float
    weak_unsur: str
    complaint: tuple[str, str, str]


STORIES = (
    Story(
        "kendari", "Kota Kendari", "Asia/Makassar", "Kendari", "Lepo-Lepo", "Wali Kota Kendari",
        Stage.DELIVERED, "quarterly", 3.2, "waktu",
        ("tidak_berkadar_pengawasan", "Antrean obat lama",
         "Saya menunggu obat hampir dua jam setelah pemeriksaan. Mohon ada loket tambahan pada hari Senin."),
    ),
    Story(
        "lhokseumawe", "Kota Lhokseumawe", "Asia/Jakarta", "Lhokseumawe", "Banda Sakti", "Wali Kota Lhokseumawe",
        Stage.RATING, "quarterly", 3.3, "sarana",
        ("ringan", "Toilet sekolah rusak",
         "Sebagai orang tua saya berharap toilet anak kelas satu segera diperbaiki. Gurunya baik sekali."),
    ),
    Story(
        "serang", "Kota Serang", "Asia/Jakarta", "Serang", "Cipocok", "Wali Kota Serang",
        Stage.REPORTING, "monthly", 2.8, "waktu",
        ("tidak_berkadar_pengawasan", "Loket izin lambat",
         "Berkas izin usaha saya lengkap sejak tiga minggu lalu. Setiap datang ke loket disuruh menunggu lagi."),
    ),
    Story(
        "wanggar", "Distrik Wanggar", "Asia/Jayapura", "Wanggar", "Wanggar", "Kepala Daerah",
        Stage.PLANNING, "quarterly", 3.0, "prosedur",
        ("normatif", "Syarat surat pindah",
         "Apa saja syarat surat pindah, dan apakah dapat diurus tanpa datang dua kali ke kantor?"),
    ),
    Story(
        "kupang", "Kota Kupang", "Asia/Makassar", "Kupang", "Oebobo", "Wali Kota Kupang",
        Stage.FOLLOW_UP, "quarterly", 3.5, "pengaduan",
        ("ringan", "Terima kasih, dan satu usul",
         "Pendaftaran lewat pesan singkat sangat membantu. Usul: kirim pengingat satu jam sebelum jadwal."),
    ),
)  # fmt: skip

# What the posts of the demo plan to achieve: planned result, indicator, target, measure.
PLANS = {
    "Perawat": ("Pasien poli umum terlayani sesuai standar", "Jumlah pasien yang dilayani", "450", "pasien"),
    "Bidan": ("Ibu hamil mendapat pemeriksaan lengkap", "Jumlah pemeriksaan kehamilan", "120", "pemeriksaan"),
    "Tenaga Promosi Kesehatan": ("Warga memahami pencegahan penyakit", "Jumlah penyuluhan", "12", "kegiatan"),
    "Guru Kelas": ("Peserta didik mencapai ketuntasan belajar", "Persentase peserta didik tuntas", "85", "persen"),
    "Guru Penjas": ("Peserta didik bugar dan aktif", "Jumlah peserta didik ikut tes kebugaran", "150", "siswa"),
    "Penata Perizinan": ("Izin terbit sesuai janji layanan", "Jumlah izin diverifikasi", "90", "berkas"),
    "Administrator Database Kependudukan": ("Dokumen penduduk terbit tanpa salah", "Jumlah dokumen terbit", "300", "dokumen"),
    "Epidemiolog Kesehatan": ("Kewaspadaan dini penyakit terjaga", "Jumlah laporan kewaspadaan", "12", "laporan"),
    "Analis SDM Aparatur": ("Layanan kepegawaian selesai tepat waktu", "Jumlah usul kepegawaian selesai", "60", "usul"),
    "Analis Kebijakan": ("Rancangan kebijakan siap ditetapkan", "Jumlah telaah kebijakan", "6", "telaah"),
    "Pengawas Sekolah": ("Sekolah binaan memperbaiki mutu", "Jumlah kunjungan pendampingan", "24", "kunjungan"),
    "Pengelola Layanan": ("Surat keterangan terbit pada hari yang sama", "Jumlah surat terbit", "150", "surat"),
}  # fmt: skip
DEFAULT_PLAN = ("Pekerjaan unit berjalan sesuai rencana", "Jumlah kegiatan terlaksana", "12", "kegiatan")

REMARKS = (
    "Petugasnya ramah dan sabar menjelaskan.",
    "Antreannya perlu diatur lebih baik.",
    "Tempat duduk kurang saat ramai.",
    "Sudah jauh lebih cepat dari tahun lalu.",
    "Mohon jam layanan ditempel di pintu.",
    "",
    "",
    "",
)
