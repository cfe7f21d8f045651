#!/usr/bin/env python3
"""Periksa bundel audit ASN Kinerja. / Check an audit bundle of ASN Kinerja.

    python3 verify_bundle.py bundel.zip
    python3 verify_bundle.py folder-hasil-ekstrak --manifest 3f2a...  --anchor anchor.json

Needs nothing but Python 3.10 or newer: no network, no database, nothing of the system that made the bundle. Best run
from a copy that did not come out of the bundle itself. Exit code: 0 whole, 1 changed, 2 cannot be read.

What is checked:
  1. every file has the SHA-256 that manifest.json says; nothing is missing, nothing was added;
  2. the manifest has the hash in manifest.sha256, and the one given with --manifest (from the audit log or the page);
  3. evidence and documents named in the records are there under their own hash;
  4. the audit chain: every entry follows its predecessor, and the content of every entry that is told has its hash;
     entries about people outside the audit are told by their hashes alone;
  5. with --anchor (written by `manage.py verify_audit --write-anchor`): the chain passes through the noted head;
  6. the sample is what its seed draws from its list.
"""

import argparse
import hashlib
import hmac
import json
import sys
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

FORMAT = "asn-kinerja-audit-bundle/1"
MANIFEST, SEAL, CHAIN, SAMPLE = "manifest.json", "manifest.sha256", "audit/chain.jsonl", "sample.json"
CHUNK = 1 << 20
SHORTEST_SEED = 32


class Unreadable(Exception):
    """Raised when this is no bundle at all."""


class Bundle:
    """A ZIP or an unpacked folder; files are read in pieces, never unpacked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.zip: zipfile.ZipFile | None = None
        if path.is_dir():
            self.names = sorted(
                item.relative_to(path).as_posix() for item in path.rglob("*") if item.is_file()
            )
            self.doubled: list[str] = []
            return
        try:
            self.zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise Unreadable(str(error)) from error
        listed = [name for name in self.zip.namelist() if not name.endswith("/")]
        self.names = sorted(set(listed))
        self.doubled = sorted({name for name in listed if listed.count(name) > 1})

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a file in pieces.

        :raises OSError, zipfile.BadZipFile, zlib.error: if it cannot be read as it was written.
        """
        with self.zip.open(name) if self.zip else (self.path / name).open("rb") as file:
            while piece := file.read(CHUNK):
                yield piece

    def read(self, name: str) -> bytes:
        """Return a whole file."""
        return b"".join(self.pieces(name))

    def sha256(self, name: str) -> str:
        """Return the hash of a file; of one that cannot be read, a word that no hash is."""
        digest = hashlib.sha256()
        try:
            for piece in self.pieces(name):
                digest.update(piece)
        except Exception:  # every way a ZIP can be broken is the same finding
            return "unreadable"
        return digest.hexdigest()


class Findings:
    """What does not fit, in both languages."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str]] = []
        self.remarks: list[tuple[str, str]] = []

    def add(self, indonesian: str, english: str) -> None:
        """Note something that does not fit."""
        self.rows.append((indonesian, english))

    def remark(self, indonesian: str, english: str) -> None:
        """Note something to know that is no change."""
        self.remarks.append((indonesian, english))


def parse(bundle: Bundle, name: str, findings: Findings) -> Any:
    """Return a JSON file, or None with a finding."""
    try:
        return json.loads(bundle.read(name))
    except Exception:
        findings.add(f"{name}: tidak dapat dibaca", f"{name}: cannot be read")
        return None


def check_files(bundle: Bundle, manifest: dict[str, Any], findings: Findings) -> None:
    """Compare every file with the manifest."""
    files = manifest["files"]
    for name in sorted(set(files) - set(bundle.names)):
        findings.add(f"{name}: hilang dari bundel", f"{name}: missing from the bundle")
    for name in sorted(set(bundle.names) - set(files) - {MANIFEST, SEAL}):
        findings.add(f"{name}: tidak tercatat dalam manifest", f"{name}: not listed in the manifest")
    for name in bundle.doubled:
        findings.add(f"{name}: ada dua kali", f"{name}: is there twice")
    for name in sorted(set(files) & set(bundle.names)):
        if bundle.sha256(name) != files[name]["sha256"]:
            findings.add(
                f"{name}: isi berubah (SHA-256 berbeda)", f"{name}: content changed (SHA-256 differs)"
            )


def check_seal(bundle: Bundle, given: str, findings: Findings) -> str:
    """Compare the manifest with its seal and with the hash from elsewhere; return its hash."""
    found = bundle.sha256(MANIFEST)
    seal = ""
    if SEAL in bundle.names:
        try:
            seal = bundle.read(SEAL).decode("ascii").split()[0]
        except Exception:
            seal = "unreadable"
    if seal != found:
        findings.add(
            f"{MANIFEST} dan {SEAL}: tidak cocok satu sama lain",
            f"{MANIFEST} and {SEAL}: do not fit each other",
        )
    if given and given.strip().lower() != found:
        findings.add(
            f"{MANIFEST}: bukan manifest yang tercatat di log audit",
            f"{MANIFEST}: not the manifest that the audit log names",
        )
    return found


def check_records(bundle: Bundle, manifest: dict[str, Any], findings: Findings) -> int:
    """See that what the records name is there under its own hash; return how many records there are."""
    missing = set(manifest.get("missing", []))
    names = [name for name in manifest["files"] if name.startswith("records/")]
    for name in sorted(names):
        if name not in bundle.names:
            continue
        record = parse(bundle, name, findings)
        for file in (record or {}).get("files", []):
            if file["path"] in missing:
                continue
            entry = manifest["files"].get(file["path"])
            if entry is None:
                findings.add(
                    f"{file['path']}: disebut dalam {name}, tetapi tidak ada",
                    f"{file['path']}: named in {name}, but not there",
                )
            elif entry["sha256"] != file["sha256"]:
                findings.add(
                    f"{file['path']}: bukan berkas yang dahulu dikirim (menurut {name})",
                    f"{file['path']}: not the file that was sent (according to {name})",
                )
    for path in sorted(missing):
        findings.remark(
            f"{path}: sudah tidak ada di sistem ketika bundel dibuat",
            f"{path}: was no longer in the system when the bundle was made",
        )
    return len(names)


def digest_of(entry: dict[str, Any]) -> str:
    """Return the hash of an entry: SHA-256 of its columns, joined by the unit separator."""
    columns = ("previous_hash", "scope", "seq", "at", "action", "actor", "target_type", "target_id", "data")
    return hashlib.sha256("\x1f".join(str(entry[name]) for name in columns).encode()).hexdigest()


def check_chain(
    bundle: Bundle, manifest: dict[str, Any], anchor: dict[str, Any] | None, findings: Findings
) -> tuple[int, int]:
    """Walk the chain; return how many links there are and how many of them are told in full."""
    said = manifest["chain"]
    links = told = 0
    seq, head = said["first_seq"] - 1, None
    noted = tuple((anchor or {}).get(said["scope"], ())) or None
    met = False
    try:
        lines = bundle.read(CHAIN).decode("utf-8").splitlines()
    except Exception:
        findings.add(f"{CHAIN}: tidak dapat dibaca", f"{CHAIN}: cannot be read")
        return 0, 0
    for line in lines:
        try:
            entry = json.loads(line)
            place, before, value = int(entry["seq"]), entry["previous_hash"], entry["hash"]
        except Exception:
            findings.add(
                f"{CHAIN}: baris {links + 1} tidak dapat dibaca", f"{CHAIN}: line {links + 1} cannot be read"
            )
            return links, told
        if place != seq + 1:
            findings.add(
                f"{CHAIN}: entri {seq + 1} hilang dari rantai audit",
                f"{CHAIN}: entry {seq + 1} is missing from the audit chain",
            )
            return links, told
        if head is not None and before != head:
            findings.add(
                f"{CHAIN}: entri {place} tidak menyambung ke entri sebelumnya",
                f"{CHAIN}: entry {place} does not follow the one before",
            )
            return links, told
        if "action" in entry:
            told += 1
            if entry.get("scope") != said["scope"] or digest_of(entry) != value:
                findings.add(
                    f"{CHAIN}: isi entri {place} tidak sesuai dengan nilai hash-nya",
                    f"{CHAIN}: the content of entry {place} does not have its hash",
                )
                return links, told
        links += 1
        seq, head = place, value
        if noted and noted[0] == place:
            met = True
            if noted[1] != value:
                findings.add(
                    f"{CHAIN}: entri {place} bukan yang dicatat pada jangkar",
                    f"{CHAIN}: entry {place} is not the one noted in the anchor",
                )
    if (seq, head) != (said["last_seq"], said["last_hash"]):
        findings.add(
            f"{CHAIN}: rantai berakhir pada entri {seq}, seharusnya {said['last_seq']}",
            f"{CHAIN}: the chain ends at entry {seq} instead of {said['last_seq']}",
        )
    if noted and not met:
        findings.remark(
            f"Jangkar mencatat entri {noted[0]}, yang berada di luar bagian rantai ini.",
            f"The anchor notes entry {noted[0]}, which lies outside this part of the chain.",
        )
    return links, told


def drawn_again(sample: dict[str, Any]) -> tuple[str, list[int]]:
    """Return the hash of the list and the people that the seed draws from it (docs/rules/supervision.md)."""
    strata = {
        name: sorted(sample["strata"][name]) for name in sorted(sample["strata"]) if sample["strata"][name]
    }
    frame = hashlib.sha256(json.dumps(strata, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    key = hmac.digest(sample["seed"].encode(), f"draw:{frame}".encode(), "sha256")
    rate = Fraction(Decimal(sample["rate"]))
    people: list[int] = []
    for ids in strata.values():
        size = min(len(ids), max(sample["minimum"], (len(ids) * rate).__ceil__()))
        people += sorted(ids, key=lambda one: hmac.digest(key, str(one).encode(), "sha256"))[:size]
    return frame, people


def check_sample(bundle: Bundle, findings: Findings) -> None:
    """Draw again and compare."""
    sample = parse(bundle, SAMPLE, findings)
    if sample is None:
        return
    try:
        frame, people = drawn_again(sample)
        fits = (
            len(sample["seed"]) >= SHORTEST_SEED
            and hashlib.sha256(sample["seed"].encode()).hexdigest() == sample["seed_hash"]
            and frame == sample["frame"]
            and people == sample["drawn"]
        )
    except Exception:
        fits = False
    if not fits:
        findings.add(
            f"{SAMPLE}: sampel tidak sesuai dengan benih dan daftarnya",
            f"{SAMPLE}: the sample is not what its seed draws from its list",
        )


def check(path: Path, given: str, anchor: dict[str, Any] | None) -> int:
    """Check a bundle, print the verdict, return the exit code."""
    bundle = Bundle(path)
    findings = Findings()
    if MANIFEST not in bundle.names:
        raise Unreadable(f"{MANIFEST} is not there")
    seal = check_seal(bundle, given, findings)
    manifest = parse(bundle, MANIFEST, findings)
    records = links = told = 0
    if isinstance(manifest, dict) and manifest.get("format") == FORMAT:
        try:
            check_files(bundle, manifest, findings)
            records = check_records(bundle, manifest, findings)
            if CHAIN in bundle.names:
                links, told = check_chain(bundle, manifest, anchor, findings)
            if SAMPLE in bundle.names:
                check_sample(bundle, findings)
        except (KeyError, TypeError, ValueError, AttributeError):
            findings.add(f"{MANIFEST}: isinya tidak lengkap", f"{MANIFEST}: its content is not complete")
    elif manifest is not None:
        findings.add(f"{MANIFEST}: bentuknya tidak dikenal", f"{MANIFEST}: of an unknown form")
    print(f"Bundel / bundle: {path.name}")
    print(f"SHA-256 manifest: {seal}")
    for indonesian, english in findings.remarks:
        print(f"  - {indonesian}\n    {english}")
    if findings.rows:
        print("\nHASIL: BERUBAH. Bundel ini tidak lagi seperti ketika dibuat.")
        print("VERDICT: CHANGED. This bundle is not as it was made.\n")
        for indonesian, english in findings.rows:
            print(f"  - {indonesian}\n    {english}")
        return 1
    print(
        f"\nHASIL: UTUH. {records} rekam, {len(manifest['files'])} berkas; "
        f"rantai audit {links} entri ({told} dengan isi)."
    )
    print(
        f"VERDICT: WHOLE. {records} records, {len(manifest['files'])} files; "
        f"audit chain of {links} entries ({told} with content)."
    )
    if not given:
        print("\nCocokkan SHA-256 manifest di atas dengan yang tercatat di log audit pemerintah daerah.")
        print("Compare the SHA-256 of the manifest above with the one in the government's audit log.")
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("bundle", type=Path, help="bundel .zip atau foldernya / the .zip or its folder")
    parser.add_argument("--manifest", default="", help="SHA-256 manifest dari log audit / from the audit log")
    parser.add_argument("--anchor", type=Path, help="berkas jangkar / file of `verify_audit --write-anchor`")
    options = parser.parse_args(arguments)
    try:
        anchor = json.loads(options.anchor.read_text("utf-8")) if options.anchor else None
        return check(options.bundle, options.manifest, anchor)
    except (Unreadable, OSError, ValueError) as error:
        print(f"TIDAK DAPAT DIBACA / CANNOT BE READ: {error}")
        return 2


if __name__ == "__main__":
    sys.exit(main())
