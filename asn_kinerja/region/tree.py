"""The unit tree with the skews of a real government: most people teach or heal, most offices are small.

Sizes are drawn, so that two regions of one seed are one region. A unit has a head and members; members share posts.
"""

from dataclasses import dataclass, field
from random import Random

from apps.employees.models import Position, WorkUnit

from .writing import Writer

# What share of all people works where; the rest goes to agencies and districts.
IN_SCHOOLS = 0.52
IN_HEALTH_CENTERS = 0.13
IN_HOSPITAL = 0.08
# Leaders lead a few dozen units, so large governments have a level in between.
GROUP = 25
LARGEST_HOSPITAL = 1500
GROUP_OFFICE = 4
LEAST_WITH_GROUPS = 800
# One leader with this many people of their own: the worst case of the supervisor's pages.
LARGEST_SPAN = 140

TEACHER = ("Guru Kelas", "jf", ("ahli_pertama", "ahli_muda", "ahli_madya"))
NURSE = ("Perawat", "jf", ("terampil", "mahir", "ahli_pertama", "ahli_muda"))
MIDWIFE = ("Bidan", "jf", ("terampil", "mahir", "ahli_pertama"))
ANALYST = ("Analis Kebijakan", "jf", ("ahli_pertama", "ahli_muda"))
CLERK = ("Pengadministrasi Perkantoran", "pelaksana", ("",))
SERVANT = ("Penata Layanan Operasional", "pelaksana", ("",))

LABELS = {
    "terampil": "Terampil",
    "mahir": "Mahir",
    "ahli_pertama": "Ahli Pertama",
    "ahli_muda": "Ahli Muda",
    "ahli_madya": "Ahli Madya",
    "": "",
}

AGENCIES = (
    "Pekerjaan Umum", "Sosial", "Perhubungan", "Pertanian", "Perikanan", "Lingkungan Hidup", "Tenaga Kerja",
    "Perdagangan", "Pariwisata", "Komunikasi dan Informatika", "Koperasi", "Perpustakaan dan Kearsipan",
    "Pemberdayaan Perempuan", "Pemuda dan Olahraga", "Ketahanan Pangan", "Perumahan Rakyat",
)  # fmt: skip


@dataclass
class Post:
    """A post in a unit; several members may hold the same one."""

    title: str
    position_class: str
    level: str
    is_head: bool
    number: int = -1  # place among all posts; the id follows from it


@dataclass
class Unit:
    """A node of the tree, with how many people it has (the head is one of them)."""

    number: int
    code: str
    name: str
    kind: str
    parent: "Unit | None"
    size: int
    head: Post | None = None
    posts: list[Post] = field(default_factory=list)
    serves_public: bool = False

    @property
    def chain(self) -> list["Unit"]:
        """The units from the root down to this one."""
        return [*(self.parent.chain if self.parent else []), self]


class Tree:
    """All units of a region of `people` people."""

    def __init__(self, people: int, random: Random) -> None:
        self.random = random
        self.units: list[Unit] = []
        self.people = people
        self.groups: dict[int, list[Unit]] = {}
        self.held: dict[int, int] = {}
        self.root = self._add("ROOT", "Pemerintah Wilayah Contoh", "pemerintah", None, 0)
        self.secretariat = self._add(
            "SETDA", "Sekretariat Daerah", "setda", self.root, max(3, min(60, people // 120))
        )
        self._offices(people)
        self._health(people)
        self._education(people)
        self._rest(people)
        self._posts()

    # --- the branches

    def _offices(self, people: int) -> None:
        small = max(3, min(40, people // 150))
        self.personnel = self._add(
            "BKPSDM", "Badan Kepegawaian dan Pengembangan SDM", "badan", self.root, small
        )
        self.inspectorate = self._add("ITDA", "Inspektorat Daerah", "inspektorat", self.root, small)
        self.permits = self._add("DPMPTSP", "Dinas Penanaman Modal dan PTSP", "dinas", self.root, small)
        self.registry = self._add(
            "DUKCAPIL", "Dinas Kependudukan dan Pencatatan Sipil", "dinas", self.root, small
        )
        for unit in (self.permits, self.registry):
            unit.serves_public = True

    def _health(self, people: int) -> None:
        self.health = self._add(
            "DINKES", "Dinas Kesehatan", "dinas", self.root, max(3, min(60, people // 120))
        )
        hospital = self._add(
            "RSUD", "Rumah Sakit Umum Daerah", "uptd", self.health, max(3, min(30, people // 200))
        )
        hospital.serves_public = True
        beds = min(int(people * IN_HOSPITAL), LARGEST_HOSPITAL)
        span = LARGEST_SPAN if people >= 500 else max(3, people // 8)
        self.largest = self._add("RSUD-1", "Bidang Keperawatan", "bidang", hospital, span + 1)
        beds -= hospital.size + self.largest.size
        for number, size in enumerate(self._sizes(beds, 12, 60), start=2):
            self._add(f"RSUD-{number}", f"Instalasi {number}", "bidang", hospital, size)
        for number, size in enumerate(self._sizes(int(people * IN_HEALTH_CENTERS), 18, 75), start=1):
            network = self._group(self.health, "Jejaring Puskesmas")
            center = self._add(f"PKM-{number}", f"Puskesmas {number}", "puskesmas", network, size)
            center.serves_public = True

    def _education(self, people: int) -> None:
        self.education = self._add(
            "DIKBUD", "Dinas Pendidikan", "dinas", self.root, max(3, min(60, people // 120))
        )
        for number, size in enumerate(self._sizes(int(people * IN_SCHOOLS), 7, 62), start=1):
            kind = "SMP" if size > 28 else "SD"
            office = self._group(self.education, "Koordinator Wilayah Pendidikan")
            school = self._add(f"SEK-{number}", f"{kind} Negeri {number}", "sekolah", office, size)
            school.serves_public = number % 8 == 1

    def _rest(self, people: int) -> None:
        """Agencies and districts get what is left, to the last person."""
        for number, (name, share) in enumerate(
            zip(AGENCIES, self._shares(self._left(people) * 6 // 10), strict=True)
        ):
            if share < 12:
                break
            agency = self._add(f"DIN-{number + 1}", f"Dinas {name}", "dinas", self.root, min(share, 14))
            for part, size in enumerate(self._sizes(share - agency.size, 8, 32), start=1):
                self._add(f"{agency.code}-{part}", f"Bidang {part} Dinas {name}", "bidang", agency, size)
        number = 0
        while (left := self._left(people)) > 0:
            number += 1
            above = self._group(self.root, "Wilayah Kerja") if left > 10 * GROUP_OFFICE else self.root
            left = self._left(people)
            size = left if left < 20 else self.random.randint(10, 18)
            district = self._add(f"KEC-{number}", f"Kecamatan {number}", "kecamatan", above, size)
            district.serves_public = True
            for part in range(1, 9):
                if self._left(people) < 20:
                    break
                size = self.random.randint(5, 9)
                self._add(f"KEL-{number}-{part}", f"Kelurahan {number}.{part}", "kelurahan", district, size)

    def _left(self, people: int) -> int:
        return people - sum(unit.size for unit in self.units)

    def _shares(self, people: int) -> list[int]:
        """Share people out to the agencies; a small government has only the first of them."""
        count = max(1, min(len(AGENCIES), people // 12))
        weights = [self.random.uniform(0.5, 1.5) for _agency in range(count)]
        shares = [int(people * weight / sum(weights)) for weight in weights]
        return shares + [0] * (len(AGENCIES) - count)

    def _group(self, parent: Unit, name: str) -> Unit:
        """Return the office between a parent and the next unit below it: a new one for every so many units."""
        if self.people < LEAST_WITH_GROUPS:
            return parent
        offices = self.groups.setdefault(parent.number, [])
        if not offices or self.held[offices[-1].number] >= GROUP:
            number = len(offices) + 1
            code = f"{parent.code}-W{number}"
            offices.append(self._add(code, f"{name} {number}", "bidang", parent, GROUP_OFFICE))
            self.held[offices[-1].number] = 0
        self.held[offices[-1].number] += 1
        return offices[-1]

    def _sizes(self, people: int, least: int, most: int) -> list[int]:
        """Cut a number of people into units: many small ones, a few large ones."""
        sizes: list[int] = []
        while people >= least:
            size = min(least + int((most - least) * self.random.betavariate(1.2, 2.6)), people)
            if people - size < least:
                size = people if people <= most else least
            sizes.append(size)
            people -= size
        return sizes

    def _add(self, code: str, name: str, kind: str, parent: Unit | None, size: int) -> Unit:
        unit = Unit(len(self.units), code, name, kind, parent, size)
        self.units.append(unit)
        return unit

    # --- posts

    def _posts(self) -> None:
        self.post_count = 0
        for unit in self.units:
            if unit.size == 0:
                continue
            unit.head = self._post(Post(*_head_of(unit)))
            for title, position_class, levels in _families(unit):
                for level in levels:
                    label = f"{title} {LABELS[level]}".strip()
                    unit.posts.append(self._post(Post(label, position_class, level, is_head=False)))

    def _post(self, post: Post) -> Post:
        post.number = self.post_count
        self.post_count += 1
        return post


def _head_of(unit: Unit) -> tuple[str, str, str, bool]:
    if unit.kind == "setda":
        return "Sekretaris Daerah", "jpt", "pratama", True
    if unit.kind in {"dinas", "badan", "inspektorat"}:
        return f"Kepala {unit.name}", "jpt", "pratama", True
    if unit.kind == "kecamatan":
        return "Camat", "administrator", "", True
    if unit.kind == "sekolah":
        return "Kepala Sekolah", "jf", "ahli_madya", True
    return f"Kepala {unit.name}", "pengawas", "", True


def _families(unit: Unit) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    if unit.kind == "sekolah":
        return (TEACHER, CLERK)
    if unit.kind in {"puskesmas", "uptd"} or unit.code.startswith("RSUD"):
        return (NURSE, MIDWIFE, SERVANT)
    if unit.kind in {"kecamatan", "kelurahan"}:
        return (CLERK, SERVANT)
    return (ANALYST, CLERK, SERVANT)


def write(tree: Tree, government_id: int, writer: Writer) -> tuple[range, range]:
    """Write units and posts; return their ids in the order of the tree."""
    unit_ids = writer.ids(WorkUnit, len(tree.units))
    writer.copy(
        WorkUnit,
        ("id", "government_id", "parent_id", "code", "name", "kind", "path"),
        (
            (
                unit_ids[unit.number],
                government_id,
                unit_ids[unit.parent.number] if unit.parent else None,
                unit.code,
                unit.name,
                unit.kind,
                "/" + "".join(f"{unit_ids[above.number]}/" for above in unit.chain),
            )
            for unit in tree.units
        ),
    )
    post_ids = writer.ids(Position, tree.post_count)
    writer.copy(
        Position,
        ("id", "unit_id", "title", "position_class", "level", "is_head"),
        (
            (
                post_ids[post.number],
                unit_ids[unit.number],
                post.title,
                post.position_class,
                post.level,
                post.is_head,
            )
            for unit in tree.units
            if unit.head
            for post in (unit.head, *unit.posts)
        ),
    )
    return unit_ids, post_ids
