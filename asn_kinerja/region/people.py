"""Who works there: accounts, placements with an earlier one, who appraises whom, roles, the known logins."""

import zlib
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from django.contrib.auth.hashers import make_password
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.accounts.models import User
from apps.employees.labels import LinkSource
from apps.employees.models import AppraiserLink, Employee, Placement, RoleAssignment

from .tree import Tree, Unit
from .writing import Writer

GIVEN = (
    "Agus Budi Citra Dewi Eko Fitri Gita Hadi Indah Joko Kartika Lestari Made Nur Oki Putri Rahmat Sari Tono Umar Vina"
    " Wawan Yanti Zainal Ayu Bayu Dian Endang Ferry Hesti Irfan Laila Mega Nanda Rizal Siska Taufik Wulan"
).split()
FAMILY = (
    "Saputra Wijaya Lestari Hidayat Pratama Nugroho Siregar Simanjuntak Lubis Nasution Halim Santoso Kusuma Rahman"
    " Wahyuni Maharani Setiawan Suryani Tambunan Wibowo Yusuf Harahap Manurung Pangaribuan Gunawan Permata"
).split()
SINCE = date(2024, 1, 2)
BEFORE = date(2021, 3, 1)
MOVED = 0.15
PPPK = 0.28
ELECTED = "Bupati Wilayah Contoh"


@dataclass(frozen=True)
class Person:
    """One civil servant; numbers count from 0 in the order of the tree."""

    number: int
    unit: Unit
    post: int
    is_head: bool
    appraiser: int | None
    name: str
    nip: str
    status: str
    golongan: str
    birth: date
    earlier_post: int | None


def known_roles(tree: Tree) -> dict[str, tuple[str, Unit, bool]]:
    """Return who can sign in: role word, the unit, and whether it is the unit's head."""
    small = [unit for unit in tree.units if unit.kind in {"puskesmas", "sekolah"}]
    center = min(small, key=lambda unit: unit.kind)  # a health center, or a school where there is none
    return {
        "staff": ("", center, False),
        "appraiser": ("", center, True),
        "large_appraiser": ("", tree.largest, True),
        "agency_head": ("", tree.education, True),
        "leadership": ("leadership", tree.secretariat, True),
        "personnel_officer": ("personnel_officer", tree.personnel, False),
        "feedback_officer": ("feedback_officer", tree.permits, False),
        "auditor": ("auditor", tree.inspectorate, False),
    }


def invent(tree: Tree, code: str, random: Random) -> list[Person]:
    """Return everybody, heads first within their unit."""
    heads = _heads(tree)
    taken: Counter[str] = Counter()
    # Two regions in one database: NIP are unique in the whole country.
    offset = zlib.crc32(code.encode()) % 90 * 10 + 100
    found: list[Person] = []
    all_posts = [post.number for unit in tree.units for post in unit.posts]
    for unit in tree.units:
        for place in range(unit.size):
            is_head = place == 0
            assert unit.head is not None
            post = unit.head.number if is_head else random.choice(unit.posts).number
            appraiser = _superior(unit, heads, tree) if is_head else heads[unit.number]
            birth = date(random.randint(1968, 1999), random.randint(1, 12), random.randint(1, 28))
            start = f"{max(birth.year + 22, 1995)}{random.randint(1, 12):02}"
            stem = f"{birth:%Y%m%d}{start}{random.randint(1, 2)}"
            serial = taken[stem]
            taken[stem] += 1
            status = "pppk" if not is_head and random.random() < PPPK else "pns"
            found.append(
                Person(
                    number=len(found),
                    unit=unit,
                    post=post,
                    is_head=is_head,
                    appraiser=appraiser,
                    name=f"{random.choice(GIVEN)} {random.choice(FAMILY)} {random.choice(FAMILY)}",
                    nip=f"{stem}{(offset + serial) % 1000:03}",
                    status=status,
                    golongan=random.choice(("IX", "X"))
                    if status == "pppk"
                    else f"III/{random.choice('abcd')}",
                    birth=birth,
                    earlier_post=random.choice(all_posts) if random.random() < MOVED else None,
                )
            )
    return found


def _heads(tree: Tree) -> dict[int, int]:
    heads: dict[int, int] = {}
    number = 0
    for unit in tree.units:
        if unit.size:
            heads[unit.number] = number
            number += unit.size
    return heads


def _superior(unit: Unit, heads: dict[int, int], tree: Tree) -> int | None:
    if unit is tree.secretariat:
        return None  # the elected head appraises
    above = unit.parent
    while above is not None and above.number not in heads:
        above = above.parent
    return heads[(above or tree.secretariat).number]


@dataclass(frozen=True)
class Ids:
    """Where the ids of people begin; person n has id people[n]."""

    users: range
    people: range
    placements: range


def write(
    tree: Tree,
    people: list[Person],
    *,
    government_id: int,
    code: str,
    unit_ids: range,
    post_ids: range,
    password: str,
    at: datetime,
    writer: Writer,
) -> Ids:
    """Write users, employees, placements, links and roles."""
    known = _known(tree, people)
    # One salt for the known logins: they are printed, and the same seed gives the same rows.
    secret = make_password(password, salt=f"wilayah{zlib.crc32(code.encode()):010}")
    ids = Ids(
        users=writer.ids(User, len(people)),
        people=writer.ids(Employee, len(people)),
        placements=writer.ids(Placement, len(people)),
    )
    writer.copy(
        User,
        ("id", "login", "display_name", "email", "password", "date_joined"),
        (
            (
                ids.users[person.number],
                f"{known[person.number]}@{code}.example" if person.number in known else person.nip,
                person.name,
                f"{known[person.number]}@{code}.example" if person.number in known else None,
                secret if person.number in known else f"!{person.nip}",
                at,
            )
            for person in people
        ),
    )
    columns = ("id", "government_id", "user_id", "nip", "name", "status", "golongan", "birth_date")
    writer.copy(
        Employee,
        columns,
        (
            (
                ids.people[p.number],
                government_id,
                ids.users[p.number],
                p.nip,
                p.name,
                p.status,
                p.golongan,
                p.birth,
            )
            for p in people
        ),
    )
    writer.copy(
        Placement,
        ("id", "employee_id", "position_id", "period"),
        (
            (ids.placements[p.number], ids.people[p.number], post_ids[p.post], DateRange(SINCE, None))
            for p in people
        ),
    )
    movers = [p for p in people if p.earlier_post is not None]
    earlier = writer.ids(Placement, len(movers))
    writer.copy(
        Placement,
        ("id", "employee_id", "position_id", "period"),
        (
            (earlier[number], ids.people[p.number], post_ids[p.earlier_post or 0], DateRange(BEFORE, SINCE))
            for number, p in enumerate(movers)
        ),
    )
    links = [p for p in people if p.appraiser is not None or p.unit is tree.secretariat]
    link_ids = writer.ids(AppraiserLink, len(links))
    writer.copy(
        AppraiserLink,
        ("id", "employee_id", "appraiser_id", "external_name", "source", "period"),
        (
            (
                link_ids[number],
                ids.people[p.number],
                None if p.appraiser is None else ids.people[p.appraiser],
                ELECTED if p.appraiser is None else "",
                str(LinkSource.DERIVED),
                DateRange(SINCE, None),
            )
            for number, p in enumerate(links)
        ),
    )
    _roles(tree, known, ids, unit_ids, writer)
    return ids


def _known(tree: Tree, people: list[Person]) -> dict[int, str]:
    """Return the word before the at sign for those who can sign in."""
    first_of: dict[int, int] = {}
    for person in people:
        first_of.setdefault(person.unit.number, person.number)
    found: dict[int, str] = {}
    for word, (_role, unit, is_head) in known_roles(tree).items():
        number = first_of[unit.number] + (0 if is_head else 1)
        found[number] = word
    return found


def _roles(tree: Tree, known: dict[int, str], ids: Ids, unit_ids: range, writer: Writer) -> None:
    roles = known_roles(tree)
    wanted = []
    for number, word in sorted(known.items()):
        role = roles[word][0]
        if role:
            wanted.append((number, role))
        if role == "personnel_officer":
            wanted.append((number, "training_officer"))
    role_ids = writer.ids(RoleAssignment, len(wanted))
    writer.copy(
        RoleAssignment,
        ("id", "user_id", "role", "unit_id", "period"),
        (
            (role_ids[place], ids.users[number], role, unit_ids[tree.root.number], DateRange(SINCE, None))
            for place, (number, role) in enumerate(wanted)
        ),
    )
