"""Promises of the documentation and of the house style that a machine can keep."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.urls import resolve

from apps.core.templatetags.ui import PLACES

ROOT = Path(__file__).resolve().parent.parent
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def make_targets() -> set[str]:
    """Return the targets of the Makefile that carry a description."""
    return set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def test_every_make_target_that_the_docs_name_exists() -> None:
    named = {target for path in DOCS for target in re.findall(r"`make ([a-z-]+)", path.read_text("utf-8"))}
    assert named - make_targets() == set()


def test_every_make_target_is_named_in_a_doc() -> None:
    text = "\n".join(path.read_text("utf-8") for path in DOCS)
    assert {target for target in make_targets() if f"make {target}" not in text} == set()


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_in_the_docs_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_import_contracts_hold() -> None:
    script = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_import_contracts_can_fail(tmp_path: Path) -> None:
    """A contract that cannot break guards nothing: point one the wrong way and see it break."""
    script = Path(sys.executable).with_name("lint-imports")
    settings = (ROOT / "pyproject.toml").read_text("utf-8")
    reversed_layers = settings.replace(
        '    "apps.accounts",\n    "apps.core",\n', '    "apps.core",\n    "apps.accounts",\n'
    )
    assert reversed_layers != settings
    broken = tmp_path / "pyproject.toml"
    broken.write_text(reversed_layers, "utf-8")
    done = subprocess.run(
        [script, "--config", broken, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0


@pytest.mark.parametrize("name", PLACES)
def test_places_of_the_frame_are_routes(name: str) -> None:
    resolve(PLACES[name])


def test_templates_have_no_inline_script_or_style_and_no_other_host() -> None:
    bad = re.compile(
        r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=[\"']|\son[a-z]+=[\"']|(?:src|href|action)=[\"']https?://",
        re.I,
    )
    found = [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path in (ROOT / "templates").rglob("*.html")
        for match in [bad.search(path.read_text("utf-8"))]
        if match
    ]
    assert found == []


def test_background_work_starts_only_through_the_outbox() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "apps").rglob("*.py")
        if "core" not in path.parts and re.search(r"\.(delay|apply_async)\(", path.read_text("utf-8"))
    ]
    assert found == []


# What a view may load without `visible_to`: the signed-in person's own rows, rows of an object that was itself loaded
# through `visible_to` (a plan's open change, members of its matrix, who is owed feedback), and a citizen's complaint by
# its number and secret.
OWN = re.compile(
    r"employee=employee|employee__user=request\.user|skp=plan|pk=plan\.pk|government=|correction\.|number=number"
    r"|held\[|chosen\[|revises=plan|pk=last\.pk|members_of\(plan|item\.employee_id for item in items"
)


def unguarded_loads(text: str) -> list[str]:
    """Return the places where a view loads personal rows on no visible ground."""
    personal = r"\b(Employee|Skp|SelfReport|Evaluation|ProgressEntry|TrainingNeed|Certificate|CoachingNote|Complaint)"
    loads = re.compile(
        personal
        + r"\.objects\."
        + r"(?!visible_to|appraised_by|supervised_by|awaiting|to_rate|managed_by|plans\(\)\s*\.visible_to)\w+"
    )
    return [m.group(0) for m in loads.finditer(text) if not OWN.search(text[m.start() : m.start() + 160])]


def test_personal_queries_in_views_start_at_visible_to() -> None:
    folders = ("views/*.py", "views.py", "api/*.py")
    paths = [path for pattern in folders for path in (ROOT / "apps").rglob(pattern)]
    found = {str(path.relative_to(ROOT)): unguarded_loads(path.read_text("utf-8")) for path in paths}
    assert {path: loads for path, loads in found.items() if loads} == {}
    assert unguarded_loads("Employee.objects.filter(pk=pk)") == ["Employee.objects.filter"], (
        "the guard can fail"
    )


# On which ground a selector may load people by their key: a query that says whose they are, an object that was itself
# loaded on a ground, the frame of one's own queue, an act that one may see.
GROUND = re.compile(
    r"""\A\s*(?:
        [\w.]*objects\b[\s\S]*?\.values\(      # rows of something else: .values("employee")
      | \w+(?:\([^)]*\))?\.values\(
      | (?:employee|person|leader|plan)\.pk\b
      | frame\.kinds\b
      | \{row\["person"\]\ for\ row\ in\ act\.outcomes\}
      | supervised\)                          # the start page's: read by supervised_by(user) just before
      | one_of\(listed\)                      # the list of people's: read by visible_to(user) just before
    )""",
    re.VERBOSE,
)


def loads_by_key(text: str) -> list[str]:
    """Return the places where a selector loads people by bare keys that somebody handed in."""
    loads = re.compile(
        r"\bEmployee\.objects\s*\.(?:filter|get|exclude)\(\s*(?:pk|id)(?:__in)?=|\bEmployee\.objects\.in_bulk\("
    )
    return [m.group(0) for m in loads.finditer(text) if not GROUND.search(text[m.end() : m.end() + 300])]


def test_selectors_load_people_on_a_ground_and_never_by_bare_keys() -> None:
    folders = ("selectors/*.py", "selectors.py")
    paths = [path for pattern in folders for path in (ROOT / "apps").rglob(pattern)]
    found = {str(path.relative_to(ROOT)): loads_by_key(path.read_text("utf-8")) for path in paths}
    assert {path: loads for path, loads in found.items() if loads} == {}


@pytest.mark.parametrize(
    ("text", "is_refused"),
    [
        ("Employee.objects.filter(pk__in=ids)", True),
        ("Employee.objects.filter(pk=pk).first()", True),
        ("Employee.objects.filter(pk__in=set(ids))", True),
        ("Employee.objects.in_bulk(keys)", True),
        ("Employee.objects.get(id=number)", True),
        ('Employee.objects.filter(pk__in=placed.values("employee"))', False),
        ("Employee.objects.filter(pk__in=frame.kinds)", False),
        ("Employee.objects.filter(pk=employee.pk)", False),
    ],
)
def test_the_guard_of_selectors_knows_bare_keys(text: str, is_refused: bool) -> None:
    assert bool(loads_by_key(text)) is is_refused
