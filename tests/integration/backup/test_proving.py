"""`mpp restore --into`: a backup is brought back in a scratch place; what is wrong with it is told at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import make_url

from mpp.hosting.definition import definitions
from mpp.operations.backup.envelope import Envelope, fresh
from mpp.operations.backup.making import Made
from mpp.operations.backup.manifest import read_manifest
from mpp.operations.problem import Problem
from mpp.operations.restore.pieces_check import wrong_keys
from mpp.operations.restore.proving import Proof
from mpp.persistence.servers.snapshots import Snapshot
from tests.integration.backup.conftest import Place
from tests.support.documents import pdf
from tests.support.postgres import TestPostgres
from tests.support.wait import until
from tests.support.whole_mall import WholeMall


@pytest.fixture
def admin(postgres_server: TestPostgres) -> str:
    return postgres_server.base


def wrong(place: Place, made: Made, admin: str, key: str | None = None) -> list[str]:
    audit = place.settings.for_services.audit
    manifest = read_manifest(made.folder)
    proof = Proof(made.folder, manifest, Envelope.of(key), definitions(), audit, place.told.append)
    return proof.wrong(admin)


def scratch(place: Place, admin: str) -> list[str]:
    assert make_url(admin).database
    rows = place.sql("gateway", "SELECT datname FROM pg_database WHERE datname LIKE 'mpp_bukti%'")
    return [row.datname for row in rows]


def test_a_backup_of_a_mall_at_work_is_proved_and_nothing_of_the_proof_stays(
    place: Place, mall: WholeMall, admin: str
) -> None:
    mall.start()
    place.store(pdf("Surat"))

    def goes_on(_: Snapshot) -> None:
        mall.tell_of_deaths(5)

    mall.tell_of_deaths(5)
    until(lambda: place.sql("complaints", "SELECT count(*) FROM persons")[0][0] == 5)
    made = place.back_up(opened=goes_on)
    assert wrong(place, made, admin) == []
    assert scratch(place, admin) == []


def test_an_encrypted_one_is_proved_with_the_secret_half_alone(place: Place, admin: str) -> None:
    key = fresh()
    place.store(pdf("Surat"))
    made = place.back_up(backup_key=key.public)
    assert wrong(place, made, admin, key.private) == []
    assert any("secret half" in line for line in wrong(place, made, admin))
    assert any("secret half" in line for line in wrong(place, made, admin, key.public))
    assert any("not the key of this backup" in line for line in wrong(place, made, admin, fresh().private))


def test_everything_that_is_missing_or_damaged_is_named_at_once(place: Place, admin: str) -> None:
    made = place.back_up()
    dump = made.folder / "databases" / "permits.dump"
    dump.write_bytes(dump.read_bytes()[:-10])
    (made.folder / "databases" / "gateway.dump").unlink()
    told = wrong(place, made, admin)
    assert sorted(line.split()[0] for line in told) == ["databases/gateway.dump", "databases/permits.dump"]


def test_a_document_that_has_rotted_in_the_backup_is_named(place: Place, admin: str) -> None:
    sha256, other = place.store(pdf("Surat")), place.store(pdf("Lain"))
    made = place.back_up()
    (made.folder / "documents" / sha256[:2] / sha256[2:4] / sha256).write_bytes(b"?")
    (line,) = wrong(place, made, admin)
    assert sha256 in line
    assert other not in line


def test_a_database_that_does_not_hold_what_was_written_down_is_told(place: Place, admin: str) -> None:
    made = place.back_up()
    path = made.folder / "manifest.json"
    written = json.loads(path.read_text())
    written["databases"][0]["marks"]["entries"] += 1
    path.write_text(json.dumps(written))
    (line,) = wrong(place, made, admin)
    assert written["databases"][0]["service"] in line


def test_other_keys_than_those_of_the_mall_are_told(place: Place) -> None:
    manifest = place.back_up().manifest
    assert list(wrong_keys(manifest, manifest.keys)) == []
    assert [line.split()[0] for line in wrong_keys(manifest, {**manifest.keys, "MPP_PERSON_KEY": "0" * 16})] == [
        "MPP_PERSON_KEY"
    ]


def test_a_folder_that_is_no_backup_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="is no backup"):
        read_manifest(tmp_path)
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(Problem, match="damaged"):
        read_manifest(tmp_path)
