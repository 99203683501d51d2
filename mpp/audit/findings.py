"""What is found in a trail, in words for whoever must act on it: the entry, and what was done to it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from mpp.audit import chain
from mpp.audit.checkpoints import Checkpoint, Written

KEPT = 20  # findings that are printed; the others are counted


@dataclass(frozen=True)
class Finding:
    """`kind` is edited, deleted, inserted, reordered, truncated, rewritten or checkpoint; `position` sorts."""

    kind: str
    position: float
    indonesian: str
    english: str
    entry: int | None = None
    found: bytes | None = None  # hashes, to tell a moved entry from an edited one
    expected: bytes | None = None

    def __str__(self) -> str:
        return f"{self.indonesian} | {self.english}"


@dataclass(frozen=True)
class Seal:
    """A row of the service's chain."""

    position: int
    audit_id: int
    entry_hash: bytes
    head: bytes
    floor: int


@dataclass(frozen=True)
class Stored:
    """An entry as it stands in the table, with the place and hash of the one before it in its case.

    `details` is JSON text, and `content.details` empty: an edited row may hold what cannot even be parsed.
    """

    id: int
    seq: int | None
    hash: bytes
    content: chain.Content
    details: str
    previous_seq: int | None
    previous_hash: bytes | None


@dataclass
class Report:
    """What was found in one service."""

    service: str
    entries: int = 0
    sealed: int = 0
    unsealed: int = 0
    first_unsealed: int | None = None
    oldest_unsealed: str | None = None
    checkpoint: Checkpoint | None = None  # the newest good one
    signed: bool = False  # whether that one's signature was checked
    notices: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    count: int = 0

    def add(self, finding: Finding) -> None:
        """Count a finding and keep it if it is among the first."""
        self.count += 1
        self.findings.append(finding)
        if len(self.findings) > 4 * KEPT:
            self._cut()

    def settle(self) -> None:
        """Bring the findings into order: the first bad entry first."""
        expected = {f.expected for f in self.findings if f.expected is not None}
        self.findings = [moved(f) if f.expected and f.found in expected else f for f in self.findings]
        self._cut()

    def _cut(self) -> None:
        self.findings = sorted(self.findings, key=lambda f: f.position)[:KEPT]


def edited(seal: Seal | None, entry: Stored, expected: bytes | None) -> Finding:
    """The entry does not say what its hash says."""
    if seal is None:
        where, there, position = "belum disegel", "not sealed yet", float("inf")
    else:
        where, there, position = f"segel {seal.position}", f"seal {seal.position}", float(seal.position)
    indonesian = f"entri {entry.id} ({where}) diubah atau bukan tulisan mal: isinya tidak cocok dengan jejaknya"
    english = f"entry {entry.id} ({there}) was edited, or not written by the mall: its content does not match its hash"
    return Finding("edited", position, indonesian, english, entry.id, entry.hash, expected)


def moved(finding: Finding) -> Finding:
    """What looked edited is another entry of the trail."""
    return Finding(
        "reordered",
        finding.position,
        f"entri {finding.entry} (segel {finding.position:.0f}) ditukar urutannya dengan entri lain",
        f"entry {finding.entry} (seal {finding.position:.0f}) was reordered: it is another entry of the trail",
        finding.entry,
    )


def gap(seal: Seal | None, entry: Stored) -> Finding:
    """The case's own numbers leave one out."""
    before = entry.previous_seq or 0
    return Finding(
        "deleted",
        float("inf") if seal is None else float(seal.position),
        f"entri {entry.id} adalah nomor {entry.seq} dari perkaranya, tetapi sebelumnya nomor {before}: "
        "ada yang dihapus atau ditukar",
        f"entry {entry.id} is number {entry.seq} of its case, but follows number {before}: "
        "one was deleted or reordered",
        entry.id,
    )


def missing(first: int, last: int) -> Finding:
    """Seals of the service's chain are not there."""
    which = f"{first}" if first == last else f"{first}-{last}"
    return Finding("deleted", first, f"segel {which} hilang", f"seal {which} is missing")


def rewritten(first: int, note: Written) -> Finding:
    """The chain does not agree with a checkpoint."""
    assert note.checkpoint is not None
    size = note.checkpoint.size
    which = f"{first}" if first == size else f"{first}-{size}"
    return Finding(
        "rewritten",
        first,
        f"jejak ditulis ulang: segel {which} tidak cocok dengan checkpoint di baris {note.line}",
        f"the trail was rewritten: seal {which} does not match the checkpoint in line {note.line}",
    )


def about_file(note: Written, indonesian: str, english: str) -> Finding:
    """Something about the file of checkpoints."""
    return Finding(
        "checkpoint",
        float("inf"),
        f"checkpoint di baris {note.line} {indonesian}",
        f"the checkpoint in line {note.line} {english}",
    )
