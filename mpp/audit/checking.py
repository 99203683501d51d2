"""Is the trail whole? Every finding names its entry and says in one line what was done to it. Pure.

Each link is checked against its neighbour alone. One bad entry is therefore one finding, although every later hash
depends on it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from mpp.audit import chain
from mpp.audit.checkpoints import Verifier, Written
from mpp.audit.findings import Finding, Report, Seal, Stored, about_file, edited, gap, missing, rewritten


def read_checkpoints(
    notes: Iterable[Written], service: str, verifier: Verifier | None, report: Report
) -> list[Written]:
    """The good notes of a file, in the order of their size. What is wrong with the others goes to the report."""
    good: list[Written] = []
    damaged = unsigned = unchecked = 0
    last_unsigned: int | None = None
    changed = False  # whether the service has signed with a key of its own: from then on no other one counts
    for note in notes:
        if note.checkpoint is None:
            damaged += 1
            continue
        if note.checkpoint.service != service:
            report.add(about_file(note, f"bukan milik layanan {service}", f"is not of the service {service}"))
            continue
        last_unsigned = note.line if note.unsigned else None
        if note.unsigned:
            unsigned += 1
        elif verifier is None:
            unchecked += 1
        elif not verifier.accepts(note):
            report.add(about_file(note, "tanda tangannya tidak sah", "has a bad signature"))
            continue
        elif verifier.accepts_as_former(note):
            if changed:
                text = (
                    "ditandatangani dengan kunci lama sesudah yang baru",
                    "is signed with the former key after the new",
                )
                report.add(about_file(note, *text))
                continue
        else:
            changed = True
        good.append(note)
        report.checkpoint, report.signed = note.checkpoint, verifier is not None and not note.unsigned
    if verifier is not None and last_unsigned is not None:
        text = "tanpa tanda tangan, padahal ada kunci", "is unsigned, though there is a key"
        report.add(about_file(good[-1], *text))
    for number, indonesian, english in (
        (damaged, "catatan checkpoint rusak, tidak dipakai", "checkpoints are damaged and were not used"),
        (unsigned, "checkpoint tanpa tanda tangan", "checkpoints are unsigned"),
        (unchecked, "tanda tangan checkpoint tidak diperiksa: tidak ada kunci", "signatures not checked: no key"),
    ):
        if number:
            report.notices.append(f"{number} {indonesian} | {number} {english}")
    return sorted(good, key=lambda note: note.checkpoint.size if note.checkpoint else 0)


def check(rows: Iterable[tuple[Seal | None, Stored | None]], checkpoints: list[Written], report: Report) -> Report:
    """Check the rows, sealed ones first in the order of their seals, against themselves and the checkpoints."""
    seals = _Seals(checkpoints, report)
    for seal, entry in rows:
        report.entries += entry is not None
        finding = seals.next(seal, entry) if seal is not None else None
        if finding is None and entry is not None:
            finding = _entry(seal, entry)
        if finding is not None:
            report.add(finding)
        if seal is None and entry is not None:
            _not_sealed(seals.last, entry, report)
    seals.end()
    report.settle()
    return report


class _Seals:
    """Follows the service's chain, and compares it with the checkpoints on the way."""

    def __init__(self, checkpoints: list[Written], report: Report) -> None:
        self._waiting = [note for note in reversed(checkpoints) if note.checkpoint is not None]
        self._none = not checkpoints
        self._report = report
        self._agreed = 0  # the last size at which a checkpoint agreed
        self._rewritten = False
        self.last = Seal(0, 0, b"", chain.GENESIS, 0)

    def next(self, seal: Seal, entry: Stored | None) -> Finding | None:
        last, self.last = self.last, seal
        self._report.sealed += 1
        self._compare(seal)
        if seal.position != last.position + 1:
            self._report.add(missing(last.position + 1, seal.position - 1))
        elif chain.head(last.head, seal.position, seal.audit_id, seal.entry_hash) != seal.head:
            return Finding(
                "reordered",
                seal.position,
                f"segel {seal.position} (entri {seal.audit_id}) diubah atau ditukar urutannya",
                f"seal {seal.position} (entry {seal.audit_id}) was changed or reordered",
                seal.audit_id,
            )
        if entry is None:
            return Finding(
                "deleted",
                seal.position,
                f"entri {seal.audit_id} (segel {seal.position}) dihapus",
                f"entry {seal.audit_id} (seal {seal.position}) was deleted",
                seal.audit_id,
            )
        if entry.hash != seal.entry_hash:
            return edited(seal, entry, seal.entry_hash)
        return None

    def _compare(self, seal: Seal) -> None:
        while self._waiting and self._waiting[-1].checkpoint and self._waiting[-1].checkpoint.size <= seal.position:
            note = self._waiting.pop()
            assert note.checkpoint is not None
            if note.checkpoint.size < seal.position:
                continue  # its seal is missing, which is a finding already
            if note.checkpoint.head == seal.head:
                self._agreed = seal.position
            elif not self._rewritten:
                self._rewritten = True  # all later ones differ as well
                self._report.add(rewritten(self._agreed + 1, note))

    def end(self) -> None:
        """After the last row: do the checkpoints know of more, and is there one at all?"""
        if self._waiting and self._waiting[0].checkpoint is not None:
            known, last = self._waiting[0].checkpoint, self.last.position
            self._report.add(
                Finding(
                    "truncated",
                    last + 1,
                    f"jejak terpotong: checkpoint {chain.moment(known.at)} mencatat {known.size} entri, "
                    f"basis data hanya {last}; yang pertama hilang: segel {last + 1}",
                    f"the trail is truncated: the checkpoint of {chain.moment(known.at)} counts {known.size} entries, "
                    f"the database has {last}; the first missing one is seal {last + 1}",
                )
            )
        if self._none and self.last.position:
            self._report.add(
                Finding(
                    "checkpoint",
                    float("inf"),
                    f"tidak ada checkpoint, padahal {self.last.position} entri sudah disegel: "
                    "pemotongan tidak dapat diperiksa",
                    f"there is no checkpoint of {self.last.position} sealed entries: truncation cannot be checked",
                )
            )


def _entry(seal: Seal | None, entry: Stored) -> Finding | None:
    """Whether the entry says what its hash says, and follows on the one before it in its case."""
    seq, previous = chain.ALONE, chain.GENESIS
    if entry.seq is not None:
        seq = entry.seq
        if (entry.previous_seq or 0) + 1 != seq:
            return gap(seal, entry)
        previous = entry.previous_hash or chain.GENESIS
    try:
        content = chain.Content(**{**entry.content.__dict__, "details": json.loads(entry.details)})
        whole = chain.entry_hash(previous, entry.id, seq, chain.digest(content)) == entry.hash
    except (ValueError, RecursionError, OverflowError):
        whole = False
    return None if whole else edited(seal, entry, None)


def _not_sealed(last: Seal, entry: Stored, report: Report) -> None:
    if entry.id <= last.floor:
        report.add(
            Finding(
                "inserted",
                float("inf"),
                f"entri {entry.id} disisipkan: semua entri sampai nomor {last.floor} sudah disegel tanpa yang ini",
                f"entry {entry.id} was inserted: all entries up to {last.floor} were sealed without it",
                entry.id,
            )
        )
        return
    report.unsealed += 1
    if report.first_unsealed is None:
        report.first_unsealed, report.oldest_unsealed = entry.id, entry.content.at
