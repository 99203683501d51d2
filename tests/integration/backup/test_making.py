"""`mpp backup`: what is taken, in which order, and how it is written."""

from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import amqp
import pytest

from mpp.hosting.definition import definitions
from mpp.operations.backup import dumping, pieces, shelf
from mpp.operations.backup.envelope import Envelope, WrongKey, fresh
from mpp.operations.backup.making import Made
from mpp.operations.backup.manifest import read_manifest
from mpp.operations.backup.order import hearers_first
from mpp.operations.backup.programs import program
from mpp.operations.problem import Problem
from mpp.persistence.servers.snapshots import Snapshot
from mpp.regions.new import write_region
from tests.integration.backup.conftest import Place
from tests.support.broker import Vhost
from tests.support.documents import pdf
from tests.support.wait import until
from tests.support.whole_mall import WholeMall


def test_who_hears_is_looked_at_before_who_tells() -> None:
    order = hearers_first(definitions())
    assert sorted(order) == sorted(definitions())
    assert order[0] == "gateway", "it hears everything and tells nothing"
    assert order.index("civil_registry") > max(order.index(name) for name in ("permits", "complaints"))


def test_what_is_told_between_two_databases_is_in_the_outbox_of_who_told_it(place: Place, mall: WholeMall) -> None:
    mall.start()

    def goes_on(snapshot: Snapshot) -> None:
        if snapshot.source.service == "complaints":  # looked at, and hears more at once
            mall.tell_of_deaths(3)
            until(lambda: place.sql("complaints", "SELECT count(*) FROM persons")[0][0] == 3)

    made = place.back_up(opened=goes_on)
    entries = {entry.service: entry for entry in made.manifest.databases}
    assert entries["complaints"].marks.inbox_last is None
    assert entries["civil_registry"].marks.outbox_last >= 3
    assert entries["civil_registry"].at > entries["complaints"].at
    assert made.manifest.as_of == entries["gateway"].at


def test_the_region_folder_is_in_it_whole(place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "region"
    write_region("36.71", folder)
    (folder / "emblem.svg").write_text("<svg/>")
    made = place.back_up(for_services=replace(place.settings.for_services, region=str(folder)))
    names = {piece.name for piece in made.manifest.pieces if piece.name.startswith("region/")}
    assert names == {"region/region.yaml", "region/calendars/daerah.yaml", "region/emblem.svg"}
    assert (made.folder / "region" / "region.yaml").read_bytes() == (folder / "region.yaml").read_bytes()
    assert made.manifest.region == "36.71", "its code, wherever the folder is"


def test_a_mall_of_a_shipped_region_has_no_region_folder_to_take(place: Place) -> None:
    made = place.back_up()
    assert not [piece for piece in made.manifest.pieces if piece.name.startswith("region/")]
    assert made.manifest.region == "35.15"


def test_the_manifest_says_how_far_each_database_is_and_names_no_key(place: Place) -> None:
    made = place.back_up()
    text = (made.folder / "manifest.json").read_text()
    manifest = read_manifest(made.folder)
    assert manifest == made.manifest
    assert {entry.service for entry in manifest.databases} == set(definitions())
    assert all(entry.marks.schema for entry in manifest.databases)
    assert place.settings.person_key is not None
    assert place.settings.person_key.hex() not in text
    assert set(manifest.keys) >= {"MPP_PERSON_KEY", "PERMITS_TRACKING_KEY", "MPP_TOKEN_PUBLIC_KEY"}


def test_every_piece_is_as_it_was_written_and_for_its_owner_alone(place: Place) -> None:
    made = place.back_up()
    assert all(pieces.intact(made.folder, piece) for piece in made.manifest.pieces)
    assert made.folder.stat().st_mode & 0o777 == 0o700
    first = made.folder / made.manifest.pieces[0].name
    assert first.stat().st_mode & 0o777 == 0o600
    whole = first.read_bytes()
    first.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert not pieces.intact(made.folder, made.manifest.pieces[0])


def test_what_a_failing_disk_gives_back_is_not_taken_for_a_backup(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.fdopen

    class Forgetful(io.FileIO):
        def write(self, part: object, /) -> int:
            super().write(bytes(len(part)))  # type: ignore[arg-type]
            return len(part)  # type: ignore[arg-type]

    def opens(descriptor: int, mode: str = "r", *args: object, **more: object) -> object:
        return Forgetful(descriptor, mode) if mode == "r+b" else write(descriptor, mode, *args, **more)  # type: ignore

    monkeypatch.setattr(pieces.os, "fdopen", opens)
    with pytest.raises(Problem, match="does not keep"):
        place.back_up()
    assert shelf.standing(place.shelf) == []
    assert [path.name for path in place.shelf.iterdir()] == [".lock"], "nothing half is left"


def test_a_dump_that_fails_leaves_no_backup_and_says_which_database(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dumping, "_FORM", ("--format=custom", "--table=nobody_has_this"))
    with pytest.raises(Problem, match=r"gateway: pg_dump failed \(.*no matching tables"):
        place.back_up()
    assert shelf.standing(place.shelf) == []


def test_an_archive_that_cannot_be_read_is_found_while_it_is_written(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dumping, "_FORM", ("--format=plain",))
    with pytest.raises(Problem, match="pg_restore failed"):
        place.back_up()


def test_with_a_public_key_nobody_reads_it_who_has_not_the_other_half(place: Place) -> None:
    key = fresh()
    made = place.back_up(backup_key=key.public)
    assert all(piece.name.endswith(".age") for piece in made.manifest.pieces)
    held = b"".join(path.read_bytes() for path in made.folder.rglob("*.age"))
    assert b"PGDMP" not in held
    dump = next(entry.piece for entry in made.manifest.databases if entry.service == "permits")
    for known in (None, Envelope(key.public), fresh()):
        with pytest.raises(WrongKey):
            pieces.read(made.folder, dump, known, io.BytesIO())
    opened = io.BytesIO()
    pieces.read(made.folder, dump, key, opened)
    assert opened.getvalue().startswith(b"PGDMP")


def test_a_key_that_is_none_is_told_before_anything_is_written(place: Place) -> None:
    with pytest.raises(Problem, match="MPP_BACKUP_KEY"):
        place.back_up(backup_key="rahasia")
    assert not place.shelf.exists()


def test_documents_are_there_by_their_hash_and_the_next_backup_links_them(place: Place) -> None:
    content = pdf("Surat")
    sha256 = place.store(content)
    first, second = place.back_up(), again(place)
    path = Path("documents") / sha256[:2] / sha256[2:4] / sha256
    assert (first.folder / path).read_bytes() == content
    assert (second.folder / path).samefile(first.folder / path)
    assert first.manifest.documents == second.manifest.documents == 1
    elsewhere = again(place, backup_key=fresh().public)
    assert (elsewhere.folder / f"{path}.age").stat().st_nlink == 1, "another key: written anew"


def test_a_document_that_comes_while_the_databases_are_looked_at_is_there(place: Place) -> None:
    late: list[str] = []

    def comes(snapshot: Snapshot) -> None:
        if snapshot.source.service == "gateway":
            late.append(place.store(pdf("Terlambat")))

    made = place.back_up(opened=comes)
    assert (made.folder / "documents" / late[0][:2] / late[0][2:4] / late[0]).exists()


def test_a_document_that_the_disk_has_spoilt_is_named_and_the_rest_is_taken(place: Place) -> None:
    good, bad = place.store(pdf("Baik")), place.store(pdf("Rusak"))
    assert place.settings.for_services.files is not None
    (place.settings.for_services.files / bad[:2] / bad[2:4] / bad).write_bytes(b"?")
    made = place.back_up()
    assert made.manifest.documents == 1
    assert any(bad in warning for warning in made.manifest.warnings)
    assert good in (made.folder / "documents.txt").read_text()


def test_the_newest_are_kept_and_nothing_half_is_left(place: Place) -> None:
    left = place.shelf / ".mpp-20200101T000000Z.part"
    left.mkdir(parents=True)
    made = [place.back_up(), again(place), again(place, keep=2)]
    assert [each.folder for each in shelf.standing(place.shelf)] == [each.folder for each in made[1:]]
    assert made[2].pruned == [made[0].folder]
    assert not left.exists()


def test_two_at_once_are_one(place: Place) -> None:
    refused: list[str] = []

    def second(snapshot: Snapshot) -> None:
        if not refused:
            with pytest.raises(Problem, match="another backup is under way") as problem:
                place.back_up()
            refused.append(str(problem.value))

    place.back_up(opened=second)
    assert refused


def test_an_older_program_is_never_taken_for_a_newer_server() -> None:
    with pytest.raises(Problem, match="postgresql-client-99"):
        program("pg_dump", 99)
    assert program("pg_dump", 16).exists()


@pytest.mark.broker
def test_a_partners_queue_is_in_it_with_its_binding_and_without_a_password(place: Place, vhost: Vhost) -> None:
    if vhost.broker.api is None:
        pytest.skip("MPP_TEST_AMQP_URI has no management API")
    from urllib.parse import unquote, urlsplit

    from mpp.messaging.brokers.rabbitmq import AmqpBroker
    from mpp.messaging.brokers.topology import EVENTS, Topology

    broker = AmqpBroker(vhost.uri)
    Topology.of(definitions().values()).declare(broker)
    broker.close()
    parts = urlsplit(vhost.uri)
    account = {"userid": parts.username, "password": parts.password, "virtual_host": unquote(parts.path[1:])}
    with amqp.Connection(host=f"{parts.hostname}:{parts.port}", **account) as connection:
        channel = connection.channel()
        channel.queue_declare("partner.bpjs.births", durable=True, auto_delete=False)
        channel.queue_bind("partner.bpjs.births", EVENTS, "civil_registry.birth.registered.v1.#")
    made = place.back_up(amqp_uri=vhost.uri, broker_api=vhost.broker.api)
    told = (made.folder / "broker" / "definitions.json").read_text()
    found = json.loads(told)
    assert any(queue["name"] == "partner.bpjs.births" for queue in found["queues"])
    assert any(
        (each["destination"], each["routing_key"]) == ("partner.bpjs.births", "civil_registry.birth.registered.v1.#")
        for each in found["bindings"]
    )
    assert "password" not in told
    assert not made.manifest.warnings or "MPP_BROKER_API" not in " ".join(made.manifest.warnings)


def again(place: Place, keep: int | None = None, backup_key: str | None = None) -> Made:
    """Another backup; two of one second would have one name."""
    until(lambda: f"mpp-{datetime.now(UTC):%Y%m%dT%H%M%SZ}" not in {path.name for path in place.shelf.iterdir()})
    return place.back_up(keep, backup_key=backup_key)
