"""The message catalogs: English in the code, Indonesian beside it, without the system's gettext programs.

``python tools/messages.py update``   collect the messages and merge them into the catalogs
``python tools/messages.py compile``  write the ``django.mo`` files which Django reads
``python tools/messages.py check``    complain about every message that is not properly translated

Each app has one catalog, ``apps/<app>/locale/id/LC_MESSAGES/django.po``. It holds the messages of the app's
code and of ``templates/<app>/``. Everything that belongs to no app (base templates, components,
``asn_kinerja/``) is in the catalog of ``core``. There is no English catalog: the message ids are English.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "id"
# Indonesian has one form for every number. Babel does not know that and would assume two.
HEADER = """\
# Indonesian messages of the app "{app}".
# Merged by `python tools/messages.py update`; only the msgstr lines are written by hand.
msgid ""
msgstr ""
"Language: id\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
TEMPLATE_ENDINGS = {".html", ".txt", ".svg", ".xml"}
SKIPPED_FOLDERS = {"migrations", "tests", "locale", "__pycache__"}

# %(name)s, but not %%(name)s, which prints a percent sign.
PERCENT_NAME = re.compile(r"(?<!%)(?:%%)*%\((\w+)\)")
# {name} and {name:format} of str.format; {{ would be a literal brace.
BRACE_NAME = re.compile(r"(?<!\{)\{([A-Za-z_]\w*)[^{}]*\}(?!\})")

Text = str | tuple[str, ...] | list[str]


MessageId = str | tuple[str, str]


@dataclass
class Found:
    """One message as the code has it, with every file that has it."""

    id: MessageId
    context: str | None
    files: list[str]
    comments: list[str]


@dataclass(frozen=True)
class App:
    """One app and the files whose messages it owns."""

    name: str
    root: Path

    @property
    def catalog(self) -> Path:
        return self.root / "apps" / self.name / "locale" / LOCALE / "LC_MESSAGES" / "django.po"

    def sources(self) -> Iterator[Path]:
        """All files of the app, in a stable order."""
        yield from _files(self.root / "apps" / self.name, {".py"})
        yield from _files(self.root / "apps" / self.name / "templates", TEMPLATE_ENDINGS)
        yield from _files(self.root / "templates" / self.name, TEMPLATE_ENDINGS)
        if self.name != "core":
            return
        yield from _files(self.root / "asn_kinerja", {".py"})
        owned = {app.name for app in find_apps(self.root)}
        for path in _files(self.root / "templates", TEMPLATE_ENDINGS):
            if path.relative_to(self.root / "templates").parts[0] not in owned:
                yield path

    def read_catalog(self) -> Catalog:
        """The catalog as it is on disk, or an empty one."""
        if not self.catalog.exists():
            return empty_catalog(self.name)
        with self.catalog.open("rb") as file:
            return read_po(file, locale=LOCALE, ignore_obsolete=True)


def empty_catalog(app: str) -> Catalog:
    """A catalog with nothing but our header, from which Babel takes the number of plural forms."""
    return read_po(io.BytesIO(HEADER.format(app=app).encode()), locale=LOCALE)


def find_apps(root: Path = ROOT) -> list[App]:
    """Every app of the clone."""
    return [App(path.parent.name, root) for path in sorted((root / "apps").glob("*/__init__.py"))]


def _files(folder: Path, endings: set[str]) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts[:-1]
        if path.suffix in endings and path.is_file() and not SKIPPED_FOLDERS.intersection(inside):
            yield path


def extract_messages(path: Path, root: Path = ROOT) -> Iterator[Found]:
    """The messages of one Python file or template."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        text = template_as_python(text, str(path))
    name = path.relative_to(root).as_posix()
    rows = extract("python", io.BytesIO(text.encode()), KEYWORDS, comment_tags=["Translators:"])
    for _line, found, comments, context in rows:
        yield Found(
            found if isinstance(found, str) else (found[0], found[1]), context, [name], list(comments)
        )


def template_as_python(text: str, origin: str) -> str:
    """Turn a Django template into something the Python extractor can read.

    Django replaces everything but the messages by filler letters. The brackets around keep Python's tokenizer
    from minding the indentation; spaces it does not know (a hard space in running text) become plain ones.
    Inside of messages they are written as escapes and survive.
    """
    from django.utils.translation.template import templatize

    filler = re.sub(r"[^\S\n]", " ", templatize(text, origin=origin))
    return f"({filler}\n)"


def collect(app: App) -> list[Found]:
    """All messages of an app, each once.

    gettext looks a message up by context and singular. So a plain message and a plural one with the same
    singular are one entry, and the plural one is kept: it serves both.
    """
    unique: dict[tuple[str | None, str], Found] = {}
    for path in app.sources():
        for item in extract_messages(path, app.root):
            key = (item.context, item.id if isinstance(item.id, str) else item.id[0])
            known = unique.setdefault(key, item)
            if known is not item:
                known.files += item.files
                known.comments += [comment for comment in item.comments if comment not in known.comments]
                if isinstance(known.id, str):
                    known.id = item.id
    return list(unique.values())


def merged(app: App, found: Iterable[Found], elsewhere: Sequence[Catalog] = ()) -> Catalog:
    """The new catalog: what the code has now, with the translations there are.

    A message that is new here but translated in another app starts with that translation. Nothing is guessed
    from similar messages: a wrong text that looks right is worse than a missing one.
    """
    old = app.read_catalog()
    new = empty_catalog(app.name)
    for item in found:
        kept = old.get(item.id, item.context)
        string: Text = "" if isinstance(item.id, str) else ("",)
        for catalog in (old, *elsewhere):
            known = catalog.get(item.id, item.context)
            if known and _complete(known.string) and known.pluralizable == isinstance(item.id, tuple):
                string = known.string or string
                break
        new.add(
            item.id,
            string,
            [(file, 0) for file in item.files],
            flags=["fuzzy"] if kept and kept.fuzzy else [],
            auto_comments=item.comments,
            user_comments=list(kept.user_comments) if kept else [],
            context=item.context,
        )
    return new


def render(app: App, catalog: Catalog) -> str:
    """The text of a catalog file: sorted, no line numbers, no dates, so that a diff shows changes only."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=0, omit_header=True, sort_output=True, include_lineno=False)
    return HEADER.format(app=app.name) + buffer.getvalue().decode("utf-8").strip() + "\n"


def update_catalogs(root: Path = ROOT, only: Sequence[str] = ()) -> dict[str, int]:
    """Merge the messages of the code into the catalogs; returns how many are untranslated, per app."""
    apps = find_apps(root)
    existing = {app.name: app.read_catalog() for app in apps}
    open_counts = {}
    for app in apps:
        if only and app.name not in only:
            continue
        others = [catalog for name, catalog in existing.items() if name != app.name]
        catalog = merged(app, collect(app), others)
        open_counts[app.name] = sum(not _complete(message.string) for message in _real(catalog))
        if len(catalog):
            app.catalog.parent.mkdir(parents=True, exist_ok=True)
            _write(app.catalog, render(app, catalog).encode())
        else:
            app.catalog.unlink(missing_ok=True)
    return open_counts


def compile_catalogs(root: Path = ROOT) -> int:
    """Write ``django.mo`` beside every catalog; returns how many there are. Cheap enough for every start."""
    count = 0
    for app in find_apps(root):
        if app.catalog.exists():
            buffer = io.BytesIO()
            write_mo(buffer, app.read_catalog())
            _write(app.catalog.with_suffix(".mo"), buffer.getvalue())
            count += 1
    return count


def check_catalogs(root: Path = ROOT) -> list[str]:
    """Every fault of the catalogs in words; empty if all is well."""
    faults = []
    for app in find_apps(root):
        catalog = app.read_catalog()
        for item in collect(app):
            fault = _fault(item, catalog)
            if fault:
                faults.append(f"{app.name}: {fault}: {item.id!r} ({item.files[0]})")
    return faults + _different_texts(root)


def _different_texts(root: Path) -> list[str]:
    """Say which messages two apps translate differently: Django merges the catalogs, so everybody reads one of both."""
    texts: dict[tuple[str | None, str], dict[str, list[str]]] = {}
    for app in find_apps(root):
        for message in app.read_catalog():
            if message.id and _complete(message.string):
                known = texts.setdefault((message.context, str(message.id)), {})
                known.setdefault(str(message.string), []).append(app.name)
    return [
        f"{', '.join(name for names in known.values() for name in names)}: one message, "
        f"several translations, give one of them a context: {id_!r} {sorted(known)}"
        for (_context, id_), known in texts.items()
        if len(known) > 1
    ]


def _fault(item: Found, catalog: Catalog) -> str | None:
    known = catalog.get(item.id, item.context)
    if known is None:
        return "missing in the catalog, run `python tools/messages.py update`"
    if not _complete(known.string):
        return "not translated"
    if known.fuzzy:
        return "marked fuzzy"
    # One Indonesian form serves every number, so it needs the names of the English plural.
    wanted = placeholders(item.id if isinstance(item.id, str) else item.id[1])
    for text in _texts(known.string):
        if placeholders(text) != wanted:
            return f"placeholders differ, {_names(placeholders(text))} instead of {_names(wanted)}"
    return None


def placeholders(text: str) -> set[str]:
    """The named places of a message, in both notations."""
    return set(PERCENT_NAME.findall(text)) | set(BRACE_NAME.findall(text))


def _names(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _texts(string: Text | None) -> tuple[str, ...]:
    if string is None:
        return ()
    return (string,) if isinstance(string, str) else tuple(string)


def _complete(string: Text | None) -> bool:
    texts = _texts(string)
    return bool(texts) and all(texts)


def _real(catalog: Catalog) -> list[Message]:
    """The messages without the header, which Babel keeps as a message with an empty id."""
    return [message for message in catalog if message.id]


def _write(path: Path, content: bytes) -> None:
    """Replace a file as a whole, and only if it changes: several processes may compile at the same time."""
    if path.exists() and path.read_bytes() == content:
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=path.suffix)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.chmod(temporary, 0o644)
    os.replace(temporary, path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 1 means that ``check`` found something."""
    parser = argparse.ArgumentParser(description="Message catalogs without system gettext.")
    commands = parser.add_subparsers(dest="command", required=True)
    update = commands.add_parser("update", help="collect messages and merge them into the catalogs")
    update.add_argument("apps", nargs="*", help="only these apps")
    commands.add_parser("compile", help="write the django.mo files")
    commands.add_parser("check", help="report messages that are not properly translated")
    options = parser.parse_args(arguments)
    if options.command == "update":
        for name, count in update_catalogs(ROOT, options.apps).items():
            print(f"{name}: {count} to translate" if count else f"{name}: complete")
        return 0
    if options.command == "compile":
        print(f"{compile_catalogs()} catalogs compiled")
        return 0
    faults = check_catalogs()
    for fault in faults:
        print(fault)
    print(f"{len(faults)} messages need work" if faults else "all messages are translated")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
