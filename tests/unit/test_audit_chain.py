"""The rules of the trail without a database: canonical entries, chains, checkpoints as text."""

from __future__ import annotations

import base64
import hashlib
import string
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from mpp.audit import chain
from mpp.audit.chain import ALONE, GENESIS, Content
from mpp.audit.checking import check, read_checkpoints
from mpp.audit.checkpoints import UNSIGNED, Checkpoint, Signer, Verifier, Written, parse, render
from mpp.audit.findings import KEPT, Report, Seal, Stored
from mpp.audit.ledger import Ledger, read_ledger
from mpp.audit.plain import plain
from mpp.identity.masking import mask_text

KEY = bytes(range(32))
NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
CASE = "018f3d2e-0000-7000-8000-000000000001"
ENTRY = Content(
    at=chain.moment(NOON),
    case_id=CASE,
    actor="verifikator.dpmptsp",
    office="dpmptsp",
    counter=None,
    action="verify",
    reason="lengkap",
    details={"to": "verified", "from": "submitted", "version": 2},
    correlation_id="c-1",
)
Row = tuple[Seal | None, Stored | None]


def notes(text: str) -> list[Written]:
    return list(parse(iter(text.splitlines(keepends=True))))


def trail(length: int) -> list[Row]:
    """A whole trail: entries 1.. of one case, each sealed."""
    rows: list[Row] = []
    head = previous = GENESIS
    for number in range(1, length + 1):
        content = replace(ENTRY, details=None)
        hash_ = chain.entry_hash(previous, number, number, chain.digest(replace(ENTRY, details={"n": number})))
        before = (number - 1, previous) if number > 1 else (None, None)
        head = chain.head(head, number, number, hash_)
        stored = Stored(number, number, hash_, content, f'{{"n": {number}}}', *before)
        rows.append((Seal(number, number, hash_, head, number), stored))
        previous = hash_
    return rows


def checkpoint_of(rows: Sequence[Row], size: int) -> Checkpoint:
    seal = rows[size - 1][0]
    assert seal is not None
    return Checkpoint("mpp/35.15/permits", size, seal.head, NOON)


def found(rows: Sequence[Row], *checkpoints: Checkpoint) -> Report:
    report = Report("permits")
    text = "".join(render(each, Signer(KEY)) for each in checkpoints)
    good = read_checkpoints(notes(text), "permits", Verifier(Signer(KEY).public), report)
    return check(rows, good, report)


# ------------------------------------------------------------------------------------------------------- entries


def test_an_entry_is_written_as_rfc_8785_says() -> None:
    assert chain.canonical(ENTRY) == (
        b'{"action":"verify","actor":"verifikator.dpmptsp","at":"2026-11-23T05:00:00.000000Z",'
        b'"case":"018f3d2e-0000-7000-8000-000000000001","correlation":"c-1","counter":null,'
        b'"details":{"from":"submitted","to":"verified","version":2},"office":"dpmptsp","reason":"lengkap"}'
    )


def test_the_hashes_can_be_computed_by_anybody() -> None:
    """With SHA-256 and eight-byte numbers alone, as docs/adr/0006-audit-trail.md describes it."""
    digest = hashlib.sha256(chain.canonical(ENTRY)).digest()
    hash_ = hashlib.sha256(b"\0" + bytes(32) + (7).to_bytes(8, "big") + (1).to_bytes(8, "big") + digest).digest()
    assert chain.entry_hash(GENESIS, 7, 1, chain.digest(ENTRY)) == hash_
    head = hashlib.sha256(b"\1" + bytes(32) + (1).to_bytes(8, "big") + (7).to_bytes(8, "big") + hash_).digest()
    assert chain.head(GENESIS, 1, 7, hash_) == head


def test_the_moment_is_the_same_in_every_zone() -> None:
    assert chain.moment(NOON.astimezone(timezone(timedelta(hours=7)))) == chain.moment(NOON)


@given(st.data())
def test_every_field_counts(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(list(Content.__dataclass_fields__)))
    value: Any = data.draw(st.dictionaries(st.text(), st.integers(0, 9)) if name == "details" else st.text())
    changed = replace(ENTRY, **{name: plain(value)})
    assert (chain.digest(changed) == chain.digest(ENTRY)) == (changed == ENTRY)


@given(st.integers(1, 2**40), st.integers(0, 2**20), st.integers(1, 2**40), st.integers(0, 2**20))
def test_id_and_place_count(id_: int, seq: int, other_id: int, other_seq: int) -> None:
    digest = chain.digest(ENTRY)
    same = chain.entry_hash(GENESIS, id_, seq, digest) == chain.entry_hash(GENESIS, other_id, other_seq, digest)
    assert same == ((id_, seq) == (other_id, other_seq))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.datetimes(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner) | st.tuples(inner),
    max_leaves=10,
)


@given(JSON)
def test_whatever_is_given_becomes_json_that_has_a_canonical_form(value: Any) -> None:
    made = plain(value)
    rfc8785.dumps(made)
    assert plain(made) == made


@given(st.text(alphabet="0268+-.() a", max_size=30))
def test_a_text_is_masked_as_everywhere_else(text: str) -> None:
    assert plain(text) == mask_text(text)


@pytest.mark.parametrize("value", ["NIK 3515990101909991", 3515990101909991, ["081234567891"], {"3515990101909991": 1}])
def test_personal_numbers_are_masked(value: Any) -> None:
    assert not {"3515990101909991", "081234567891"} & set(str(plain(value)).replace("'", " ").split())


# ---------------------------------------------------------------------------------------------------- checkpoints


def test_a_checkpoint_is_a_signed_note() -> None:
    checkpoint = Checkpoint("mpp/35.15/permits", 1204, bytes(32), NOON)
    body, _, signature = render(checkpoint, Signer(KEY)).partition("\n\n")
    assert body.splitlines() == [
        "mpp/35.15/permits",
        "1204",
        base64.b64encode(bytes(32)).decode(),
        "time 2026-11-23T05:00:00.000000Z",
    ]
    dash, name, signed = signature.split()
    public = Signer(KEY).public
    assert (dash, name) == ("—", "mpp/35.15/permits")
    assert base64.b64decode(signed)[:4] == hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]


@given(st.integers(1, 2**53), st.binary(min_size=32, max_size=32), st.datetimes(timezones=st.just(UTC)))
def test_what_is_written_is_read_again(size: int, head: bytes, at: datetime) -> None:
    checkpoint = Checkpoint("mpp/35.15/permits", size, head, at)
    for signer in (Signer(KEY), None):
        (note,) = notes(render(checkpoint, signer))
        assert note.checkpoint == checkpoint
        assert note.unsigned == (signer is None)
        assert Verifier(Signer(KEY).public).accepts(note) == (signer is not None)


@given(st.data())
def test_no_change_of_a_signed_note_is_accepted(data: st.DataObject) -> None:
    text = render(Checkpoint("mpp/35.15/permits", 12, bytes(range(32)), NOON), Signer(KEY)).rstrip("\n")
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda c: c != text[place]))
    verifier = Verifier(Signer(KEY).public)
    assert not any(verifier.accepts(note) for note in notes(text[:place] + other + text[place + 1 :]))


def test_no_other_spelling_of_a_signature_is_accepted() -> None:
    """Base 64 has four spellings of the last byte; a signed note has one."""
    text = render(Checkpoint("mpp/35.15/permits", 12, bytes(range(32)), NOON), Signer(KEY)).rstrip("\n")
    last = len(text) - 2  # before the "="
    for other in set(string.ascii_letters + string.digits + "+/") - {text[last]}:
        (note,) = notes(text[:last] + other + text[last + 1 :])
        assert not Verifier(Signer(KEY).public).accepts(note), other


@given(st.text())
def test_any_text_can_be_read_and_is_no_checkpoint(text: str) -> None:
    assert not any(note.checkpoint for note in notes(text))


def test_a_torn_note_is_passed_over() -> None:
    whole = render(Checkpoint("mpp/35.15/permits", 12, bytes(32), NOON), Signer(KEY))
    for cut in range(1, len(whole) - 1):
        torn = [note for note in notes(whole[:cut] + "\n\n" + whole) if note.checkpoint is not None]
        assert torn[-1].checkpoint is not None, cut
        assert all(Verifier(Signer(KEY).public).accepts(note) for note in torn), cut


def test_a_file_grows_by_appending(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "deep" / "permits.checkpoints", "mpp/35.15/permits", None)
    for size in (3, 5):
        ledger.append(Checkpoint(ledger.origin, size, bytes(32), NOON))
    assert [n.checkpoint.size for n in read_ledger(ledger.path) if n.checkpoint] == [3, 5]
    assert ledger.path.read_text().count(UNSIGNED) == 2


# ------------------------------------------------------------------------------------------------------- checking


def test_a_whole_trail_has_no_findings() -> None:
    rows = trail(9)
    report = found(rows, checkpoint_of(rows, 4), checkpoint_of(rows, 9))
    assert (report.count, report.sealed, report.entries) == (0, 9, 9)


def test_one_edit_is_one_finding() -> None:
    rows = trail(9)
    seal, entry = rows[4]
    assert entry is not None
    rows[4] = seal, replace(entry, details='{"n": 50}')
    report = found(rows, checkpoint_of(rows, 9))
    assert [(f.kind, f.entry) for f in report.findings] == [("edited", 5)]


def test_one_deletion_is_one_finding_and_its_follower() -> None:
    rows = trail(9)
    seal, entry = rows[5]
    assert entry is not None
    rows[4] = rows[4][0], None
    rows[5] = seal, replace(entry, previous_seq=4)
    assert [(f.kind, f.entry) for f in found(rows, checkpoint_of(rows, 9)).findings] == [("deleted", 5), ("deleted", 6)]


@pytest.mark.parametrize("field", ["position", "audit_id", "entry_hash", "head"])
def test_a_changed_seal_is_found(field: str) -> None:
    rows = trail(5)
    seal, entry = rows[2]
    assert seal is not None
    rows[2] = replace(seal, **{field: 77 if field in ("position", "audit_id") else b"x"}), entry
    assert found(rows, checkpoint_of(trail(5), 5)).findings[0].position in (3, 4)


def test_a_shorter_trail_than_the_checkpoint_is_truncated() -> None:
    rows = trail(9)
    report = found(rows[:6], checkpoint_of(rows, 3), checkpoint_of(rows, 9))
    assert [(f.kind, f.position) for f in report.findings] == [("truncated", 7)]


def test_a_trail_made_anew_differs_from_the_first_checkpoint_after_the_change() -> None:
    rows = trail(9)
    checkpoints = [checkpoint_of(rows, size) for size in (2, 4, 9)]
    checkpoints[1] = replace(checkpoints[1], head=bytes(32))
    checkpoints[2] = replace(checkpoints[2], head=bytes(32))
    report = found(rows, *checkpoints)
    assert [(f.kind, f.position) for f in report.findings] == [("rewritten", 3)]


def test_what_is_below_the_floor_came_too_late_and_what_is_above_is_not_sealed_yet() -> None:
    rows = trail(9)
    alone = replace(ENTRY, details=None)
    digest = chain.digest(replace(ENTRY, details={}))
    for id_ in (7, 10):
        hash_ = chain.entry_hash(GENESIS, id_, ALONE, digest)
        rows.append((None, Stored(id_, None, hash_, alone, "{}", None, None)))
    report = found(rows, checkpoint_of(rows, 9))
    assert [(f.kind, f.entry) for f in report.findings] == [("inserted", 7)]
    assert (report.unsealed, report.first_unsealed) == (1, 10)


def test_a_trail_of_ruins_is_counted_and_its_beginning_printed() -> None:
    report = found([(seal, None) for seal, _ in trail(300)], checkpoint_of(trail(300), 300))
    assert report.count == 300
    assert [f.entry for f in report.findings] == list(range(1, KEPT + 1))
