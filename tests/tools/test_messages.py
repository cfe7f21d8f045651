"""Collecting, merging and checking messages without system gettext."""

import gettext
from pathlib import Path

import pytest

from tools import messages


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with two apps, a base template and a template of its own for one app."""
    for app in ("core", "feedback"):
        (tmp_path / "apps" / app / "migrations").mkdir(parents=True)
        (tmp_path / "apps" / app / "__init__.py").touch()
    (tmp_path / "asn_kinerja").mkdir()
    (tmp_path / "templates" / "feedback").mkdir(parents=True)
    return tmp_path


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def ids(clone: Path, app: str) -> set[tuple[str | None, str | tuple[str, str]]]:
    return {(item.context, item.id) for item in messages.collect(messages.App(app, clone))}


def translate(clone: Path, app: str, english: str, indonesian: str) -> None:
    """Write a translation into a catalog, as a translator would."""
    path = messages.App(app, clone).catalog
    text = path.read_text(encoding="utf-8")
    line = f'msgid "{english}"\n'
    assert line in text
    before, after = text.split(line, 1)
    head, rest = after.split("msgstr", 1)
    old, rest = rest.split("\n", 1)
    mark = "[0]" if old.startswith("[0]") else ""
    path.write_text(f'{before}{line}{head}msgstr{mark} "{indonesian}"\n{rest}', encoding="utf-8")


def test_python_calls_are_found(clone: Path) -> None:
    source = """
_("plain")
gettext_lazy("two "
             "parts")
ngettext("%(n)s unit", "%(n)s units", n)
pgettext_lazy("month", "May")
npgettext("survey", "one answer", "many answers", n)
not_a_message("ignored")
"""
    write(clone / "apps/feedback/views.py", source)
    assert ids(clone, "feedback") == {
        (None, "plain"),
        (None, "two parts"),
        (None, ("%(n)s unit", "%(n)s units")),
        ("month", "May"),
        ("survey", ("one answer", "many answers")),
    }


def test_template_tags_are_found(clone: Path) -> None:
    source = """{% load i18n %}
  <h1 title="it's">{% trans "Rate us" %}</h1>
      {% translate "May" context "month" as label %}
   {{ name|default:_("nobody") }}\u00a0&nbsp;§ € “quoted”
{% blocktranslate trimmed count n=items|length context "list" %}
    One {{ name }}
    entry
{% plural %}
    {{ n }} entries
{% endblocktranslate %}
 {% blocktranslate %}100% of "it's" {{ done }}{% endblocktranslate %}
{% comment %}{% trans "not this" %}{% endcomment %}
"""
    write(clone / "templates/feedback/rate.html", source)
    assert ids(clone, "feedback") == {
        (None, "Rate us"),
        ("month", "May"),
        (None, "nobody"),
        ("list", ("One %(name)s entry", "%(n)s entries")),
        (None, '100%% of "it\'s" %(done)s'),
    }


def test_what_belongs_to_no_app_belongs_to_core(clone: Path) -> None:
    write(clone / "templates/base.html", '{% load i18n %}{% trans "Skip to content" %}')
    write(clone / "templates/components/pager.html", '{% load i18n %}{% trans "Next" %}')
    write(clone / "templates/feedback/a.html", '{% load i18n %}{% trans "Thanks" %}')
    write(clone / "asn_kinerja/settings.py", '_("Indonesian")')
    write(clone / "apps/core/migrations/0001_initial.py", '_("old name")')
    assert ids(clone, "core") == {(None, "Skip to content"), (None, "Next"), (None, "Indonesian")}
    assert ids(clone, "feedback") == {(None, "Thanks")}


def test_update_keeps_translations_and_drops_what_is_gone(clone: Path) -> None:
    source = write(clone / "apps/feedback/a.py", '_("stay")\n_("go")\n')
    messages.update_catalogs(clone)
    translate(clone, "feedback", "stay", "tetap")
    source.write_text('_("new")\n\n\n_("stay")\n')
    assert messages.update_catalogs(clone)["feedback"] == 1
    text = messages.App("feedback", clone).catalog.read_text()
    assert 'msgid "stay"\nmsgstr "tetap"' in text
    assert '"go"' not in text
    assert "fuzzy" not in text


def test_update_changes_nothing_when_only_lines_move(clone: Path) -> None:
    source = write(clone / "apps/feedback/a.py", '_("b")\nngettext("a", "as", 2)\n')
    messages.update_catalogs(clone)
    catalog = messages.App("feedback", clone).catalog
    before = catalog.read_text()
    source.write_text('\n\nngettext("a", "as", 2)\n\n_("b")\n')
    messages.update_catalogs(clone)
    assert catalog.read_text() == before
    assert "a.py:" not in before
    assert "msgstr[1]" not in before


def test_update_takes_over_what_another_app_has_translated(clone: Path) -> None:
    write(clone / "apps/core/a.py", '_("Save")')
    messages.update_catalogs(clone)
    translate(clone, "core", "Save", "Simpan")
    write(clone / "apps/feedback/a.py", '_("Save")')
    assert messages.update_catalogs(clone)["feedback"] == 0


def test_a_plural_and_a_plain_message_share_one_entry(clone: Path) -> None:
    write(clone / "apps/feedback/a.py", '_("unit")\nngettext("unit", "units", 2)\n_("unit")\n')
    assert ids(clone, "feedback") == {(None, ("unit", "units"))}


def test_compiled_catalog_serves_plural_and_context(clone: Path) -> None:
    write(
        clone / "apps/feedback/a.py", 'ngettext("%(n)s unit", "%(n)s units", 2)\npgettext("month", "May")\n'
    )
    messages.update_catalogs(clone)
    translate(clone, "feedback", "%(n)s unit", "%(n)s unit kerja")
    translate(clone, "feedback", "May", "Mei")
    assert messages.compile_catalogs(clone) == 1
    with messages.App("feedback", clone).catalog.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert [compiled.ngettext("%(n)s unit", "%(n)s units", n) for n in (1, 2)] == ["%(n)s unit kerja"] * 2
    assert compiled.pgettext("month", "May") == "Mei"


def test_check_is_content_with_a_complete_catalog(clone: Path) -> None:
    write(clone / "apps/feedback/a.py", '_("Hello %(name)s, {count}")')
    messages.update_catalogs(clone)
    translate(clone, "feedback", "Hello %(name)s, {count}", "Halo %(name)s, {count}")
    assert messages.check_catalogs(clone) == []


def test_check_reports_a_missing_message(clone: Path) -> None:
    write(clone / "apps/feedback/a.py", '_("forgotten")')
    (fault,) = messages.check_catalogs(clone)
    assert "feedback: missing" in fault
    assert "forgotten" in fault
    assert "apps/feedback/a.py" in fault


def test_check_reports_an_untranslated_message(clone: Path) -> None:
    write(clone / "apps/feedback/a.py", '_("empty")')
    messages.update_catalogs(clone)
    assert "not translated" in messages.check_catalogs(clone)[0]


def test_check_reports_a_fuzzy_message(clone: Path) -> None:
    write(clone / "apps/feedback/a.py", '_("maybe")')
    messages.update_catalogs(clone)
    translate(clone, "feedback", "maybe", "mungkin")
    catalog = messages.App("feedback", clone).catalog
    catalog.write_text(catalog.read_text().replace('msgid "maybe"', '#, fuzzy\nmsgid "maybe"'))
    assert "fuzzy" in messages.check_catalogs(clone)[0]
    messages.update_catalogs(clone)
    assert "fuzzy" in messages.check_catalogs(clone)[0]


@pytest.mark.parametrize(
    ("english", "indonesian"),
    [("%(n)s left", "sisa %(jumlah)s"), ("{n} left", "sisa"), ("none left", "sisa %(n)s")],
)
def test_check_reports_other_placeholders(clone: Path, english: str, indonesian: str) -> None:
    write(clone / "apps/feedback/a.py", f'_("{english}")')
    messages.update_catalogs(clone)
    translate(clone, "feedback", english, indonesian)
    assert "placeholders differ" in messages.check_catalogs(clone)[0]


def test_a_plural_needs_the_names_of_the_many_form(clone: Path) -> None:
    write(clone / "apps/feedback/a.py", 'ngettext("one day", "%(n)s days", 2)')
    messages.update_catalogs(clone)
    translate(clone, "feedback", "one day", "satu hari")
    assert "placeholders differ" in messages.check_catalogs(clone)[0]
    translate(clone, "feedback", "one day", "%(n)s hari")
    assert messages.check_catalogs(clone) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [("%(a)s %%(b)s", {"a"}), ("100%%%(c)d", {"c"}), ("{a} {{b}} {c:.2f} {}", {"a", "c"}), ("5 %", set())],
)
def test_placeholders(text: str, names: set[str]) -> None:
    assert messages.placeholders(text) == names


def test_one_message_has_one_translation_in_the_whole_product(clone: Path) -> None:
    for app in ("core", "feedback"):
        write(clone / f"apps/{app}/views.py", '_("Take out")')
        messages.update_catalogs(clone)
        translate(clone, app, "Take out", {"core": "Unduh", "feedback": "Keluarkan"}[app])
    (fault,) = messages.check_catalogs(clone)
    assert "core, feedback" in fault
    assert "Take out" in fault
    write(clone / "apps/feedback/views.py", 'pgettext("list", "Take out")')
    messages.update_catalogs(clone)
    translate(clone, "feedback", "Take out", "Keluarkan")
    assert messages.check_catalogs(clone) == []
