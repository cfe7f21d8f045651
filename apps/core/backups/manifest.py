"""What a backup says about itself, and where its parts lie."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .contents import Content, content_hash

FORMAT = 1
MANIFEST, SEAL = "manifest.json", "manifest.sha256"
DUMP = "database.dump"
TABLES = "tables"
MEDIA, MEDIA_LIST = "media", "media.sha256"
ANCHORS = "anchors"


class BadBackup(ValueError):
    """The folder is no backup of ours, or one that was changed or is not whole."""


@dataclass(frozen=True)
class Head:
    """The head of an audit chain in the backup."""

    scope: str
    seq: int
    hash: str


@dataclass(kw_only=True)
class Manifest:
    """Everything a restore compares with."""

    made_at: str
    server: str
    # `pg_dump 18.6`, or `copy` when no client program was there: then the tables lie one by one in a folder.
    program: str
    # Hash of the dump, or of each table's file.
    files: dict[str, str] = field(default_factory=dict)
    tables: dict[str, Content] = field(default_factory=dict)
    content: str = ""
    migrations: list[str] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)
    media_files: int = 0
    media_bytes: int = 0
    # Files with a row that were not there, or whose bytes are not those of their name.
    media_lost: list[str] = field(default_factory=list)
    format: int = FORMAT

    @property
    def is_copy(self) -> bool:
        """Whether the tables lie one by one."""
        return self.program == "copy"


def write(folder: Path, manifest: Manifest) -> str:
    """Write the manifest and its seal; return the hash."""
    text = json.dumps(asdict(manifest), indent=1, ensure_ascii=False)
    (folder / MANIFEST).write_text(text, "utf-8")
    digest = hash_of(folder / MANIFEST)
    (folder / SEAL).write_text(f"{digest}  {MANIFEST}\n", "utf-8")
    return digest


def read(folder: Path) -> Manifest:
    """Read a backup's manifest.

    :raises BadBackup: if it is missing, changed, of another format, or contradicts itself.
    """
    try:
        sealed = (folder / SEAL).read_text("utf-8").split()[0]
        text = (folder / MANIFEST).read_text("utf-8")
    except (OSError, IndexError) as error:
        raise BadBackup(f"{folder} is not a complete backup") from error
    if hash_of(folder / MANIFEST) != sealed:
        raise BadBackup(f"{folder / MANIFEST} was changed after the backup was made")
    values = json.loads(text)
    if values["format"] != FORMAT:
        raise BadBackup(f"{folder} has the format {values['format']}, this program reads {FORMAT}")
    values["tables"] = {name: Content(**found) for name, found in values["tables"].items()}
    values["heads"] = [Head(**head) for head in values["heads"]]
    manifest = Manifest(**values)
    if content_hash(manifest.tables) != manifest.content:
        raise BadBackup(f"{folder / MANIFEST} contradicts itself")
    return manifest


def check_files(folder: Path, manifest: Manifest) -> None:
    """Compare every file of the database, and the list of the stored files, with its hash.

    :raises BadBackup: at the first that is missing or differs.
    """
    for name, digest in manifest.files.items():
        if not (folder / name).is_file() or hash_of(folder / name) != digest:
            raise BadBackup(f"{folder / name} is missing or was changed")


def media_list(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield hash and place of each stored file, in the form that `sha256sum --check` reads."""
    with (folder / MEDIA_LIST).open(encoding="utf-8") as lines:
        for line in lines:
            digest, _blank, name = line.rstrip("\n").partition("  ")
            yield digest, folder / name


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
