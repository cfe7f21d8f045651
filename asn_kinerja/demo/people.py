"""Invented staff of a demo government, as the rows of a staff import.

Everybody carries the family name "Peraga" (display dummy) and a NIP whose serial number starts with 9, so that nobody
takes them for real.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

FIRST_NAMES = (
    "Anggrek Bakung Cempaka Dahlia Edelweis Flamboyan Gardenia Harum Ilalang Jasmin Kenanga Lavender "
    "Melati Nusa Okra Padma Randu Seroja Teratai Ulin Vanili Wijaya Yasmin Zaitun Akasia Beringin Cendana "
    "Damar Enau Gaharu Jati Kamboja Lontar Mahoni Nangka Palem Rotan Sawo Tanjung Waru Aren Bidara Cemara "
    "Delima Jambu Kemiri Langsat Mawar Nipah Pinus Rambutan Salak Trembesi Asoka Bungur Ketapang Mengkudu "
    "Pandan Sukun Suren "
).split()

COLUMNS = (
    "nip", "nama", "gelar_belakang", "status", "golongan", "kode_unit", "nama_unit", "kode_unit_induk", "jenis_unit",
    "jabatan", "jenis_jabatan", "jenjang", "kepala_unit", "tmt_jabatan", "nip_penilai", "email",
)  # fmt: skip


@dataclass(frozen=True)
class Post:
    """A post in the demo's plan of an organization."""

    title: str
    position_class: str
    level: str = ""
    golongan: str = "III/b"
    is_head: bool = False
    status: str = "pns"
    number: int = 0

    @property
    def key(self) -> str:
        """How the story calls this person: `Perawat 1`."""
        return f"{self.title} {self.number}" if self.number else self.title


@dataclass(frozen=True)
class Unit:
    """A unit in the demo's plan of an organization."""

    code: str
    name: str
    kind: str
    parent: str
    posts: tuple[Post, ...]


def head(title: str, position_class: str, level: str = "", golongan: str = "IV/a") -> Post:
    """Return the post that leads a unit."""
    return Post(title, position_class, level, golongan, is_head=True)


def functional(
    title: str, level: str, count: int, golongan: str = "III/b", status: str = "pns"
) -> tuple[Post, ...]:
    """Return several holders of one functional post; the number only tells them apart in the story."""
    return tuple(
        Post(title, "jf", level, golongan, status=status, number=number) for number in range(1, count + 1)
    )


def organization(place: str, district: str) -> tuple[Unit, ...]:
    """Return the units of a small government: the ones the sources speak of."""
    return (
        Unit("SETDA", "Sekretariat Daerah", "setda", "ROOT", (
            head("Sekretaris Daerah", "jpt", "pratama", "IV/d"),
            Post("Kepala Bagian Organisasi", "administrator", "", "IV/a"),
            *functional("Analis Kebijakan", "ahli_muda", 1, "III/c"),
        )),
        Unit("BKPSDM", "Badan Kepegawaian dan Pengembangan SDM", "badan", "ROOT", (
            head("Kepala BKPSDM", "jpt", "pratama", "IV/b"),
            Post("Kepala Bidang Penilaian Kinerja", "administrator", "", "IV/a"),
            *functional("Analis SDM Aparatur", "ahli_pertama", 2, "III/b"),
        )),
        Unit("DINKES", "Dinas Kesehatan", "dinas", "ROOT", (
            head("Kepala Dinas Kesehatan", "jpt", "pratama", "IV/c"),
            Post("Sekretaris Dinas Kesehatan", "administrator", "", "IV/a"),
            *functional("Epidemiolog Kesehatan", "ahli_pertama", 1, "III/b"),
        )),
        Unit("PKM", f"Puskesmas {district}", "puskesmas", "DINKES", (
            head(f"Kepala Puskesmas {district}", "pengawas", "", "III/d"),
            *functional("Perawat", "ahli_pertama", 4, "III/a"),
            *functional("Bidan", "terampil", 3, "II/c"),
            *functional("Tenaga Promosi Kesehatan", "ahli_pertama", 2, "IX", status="pppk"),
        )),
        Unit("DIKBUD", "Dinas Pendidikan dan Kebudayaan", "dinas", "ROOT", (
            head("Kepala Dinas Pendidikan dan Kebudayaan", "jpt", "pratama", "IV/b"),
            Post("Sekretaris Dinas Pendidikan", "administrator", "", "IV/a"),
            *functional("Pengawas Sekolah", "ahli_madya", 1, "IV/a"),
        )),
        Unit("SDN1", f"SD Negeri 1 {district}", "sekolah", "DIKBUD", (
            head(f"Kepala SD Negeri 1 {district}", "jf", "ahli_madya", "IV/a"),
            *functional("Guru Kelas", "ahli_pertama", 4, "III/b"),
            *functional("Guru Penjas", "ahli_pertama", 1, "IX", status="pppk"),
        )),
        Unit("DPMPTSP", "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu", "dinas", "ROOT", (
            head("Kepala DPMPTSP", "jpt", "pratama", "IV/b"),
            Post("Kepala Bidang Perizinan", "administrator", "", "III/d"),
            *functional("Penata Perizinan", "ahli_pertama", 3, "III/a"),
        )),
        Unit("DUKCAPIL", "Dinas Kependudukan dan Pencatatan Sipil", "dinas", "ROOT", (
            head("Kepala Dinas Kependudukan dan Pencatatan Sipil", "jpt", "pratama", "IV/b"),
            Post("Kepala Bidang Pelayanan Pendaftaran Penduduk", "administrator", "", "III/d"),
            *functional("Administrator Database Kependudukan", "ahli_pertama", 3, "III/a"),
        )),
        Unit("KEC", f"Kecamatan {district}", "kecamatan", "ROOT", (
            head(f"Camat {district}", "administrator", "", "IV/a"),
            Post("Sekretaris Kecamatan", "pengawas", "", "III/d"),
            *(Post("Pengelola Layanan Kecamatan", "pelaksana", "", "II/c", number=n) for n in (1, 2)),
        )),
        Unit("KEL", f"Kelurahan {district}", "kelurahan", "KEC", (
            head(f"Lurah {district}", "pengawas", "", "III/c"),
            *(Post("Pengelola Layanan Kelurahan", "pelaksana", "", "II/b", number=n) for n in (1, 2)),
        )),
    )  # fmt: skip


def rows(
    units: tuple[Unit, ...], government_number: int, random: Random
) -> Iterator[tuple[tuple[str, str], dict[str, str]]]:
    """Return one import row per post, with its key (unit, name in the story).

    Heads of agencies are appraised by the Sekda, everybody else by the tree.
    """
    names = FIRST_NAMES.copy()
    random.shuffle(names)
    secretary = ""
    serial = 0
    for unit in units:
        for post in unit.posts:
            serial += 1
            sex = serial % 2 + 1
            birth = f"{random.randint(1968, 1995)}{random.randint(1, 12):02d}{random.randint(1, 28):02d}"
            year = max(int(birth[:4]) + random.randint(22, 28), 1992)
            month = "21" if post.status == "pppk" else f"{random.randint(1, 12):02d}"
            nip = f"{birth}{max(year, 2021) if post.status == 'pppk' else year}{month}{sex}9{government_number}{serial % 10}"
            if not secretary:
                secretary = nip
            yield (
                (unit.code, post.key),
                {
                    "nip": nip,
                    "nama": f"{_name(names, serial)} Peraga",
                    "gelar_belakang": {"IV": "M.Si.", "III": "S.Sos."}.get(
                        post.golongan.partition("/")[0], ""
                    ),
                    "status": post.status.upper(),
                    "golongan": post.golongan,
                    "kode_unit": unit.code,
                    "nama_unit": unit.name,
                    "kode_unit_induk": unit.parent,
                    "jenis_unit": unit.kind,
                    "jabatan": post.title,
                    "jenis_jabatan": post.position_class,
                    "jenjang": post.level,
                    "kepala_unit": "ya" if post.is_head else "tidak",
                    "tmt_jabatan": "2023-01-02",
                    "email": "",
                    "nip_penilai": secretary
                    if post.is_head and unit.parent == "ROOT" and nip != secretary
                    else "",
                },
            )


def _name(names: list[str], serial: int) -> str:
    """Return one name after the other; whoever comes when all are given away has two of them."""
    first = names[serial % len(names)]
    return first if serial < len(names) else f"{first} {names[serial * 7 % len(names)]}"


def as_csv(table: list[dict[str, str]]) -> bytes:
    """Return the rows as a CSV file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue().encode()
