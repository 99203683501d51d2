"""`mpp restore DIR`: the mall is that of the backup, as a whole, or it is as it was."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mpp.operations.backup.envelope import fresh
from mpp.operations.backup.making import Made
from mpp.operations.problem import Problem
from mpp.operations.restore.refusing import Wish
from mpp.regions.new import write_region
from tests.integration.restore.conftest import Malls, Office
from tests.support.documents import pdf


@pytest.fixture(scope="module")
def days(malls: Malls, prepared: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A mall that has issued two licences, was backed up, and went on and issued two more."""
    office = malls.copied(prepared, tmp_path_factory.mktemp("days"))
    office.day(2)
    office.store(pdf("Surat"))
    key = fresh()
    office.settings = replace(office.settings, backup_key=key.private)
    office.made = office.back_up(backup_key=key.public)
    office.day(2)
    return office


def lines(office: Office) -> str:
    return "\n".join(office.told)


def test_the_mall_is_that_of_the_backup_and_what_stood_there_is_kept(office: Office, made: Made) -> None:
    assert office.settings.for_services.files is not None
    before, all_four = office.databases(), office.numbers()
    shutil.rmtree(office.settings.for_services.files)
    assert office.restore(made), office.told
    assert office.numbers() == all_four[:2]
    assert len(list(office.settings.for_services.files.glob("??/??/*"))) == 1
    added = office.databases() - before
    assert len(added) == len(before), "each former one under another name, and nothing half"
    assert all("_lama_" in name for name in added)
    assert all(name in lines(office) for name in added)
    (permits,) = (name for name in added if name.startswith("permits"))
    (row,) = office.admin("SELECT has_database_privilege('permits', :name, 'CONNECT') AS may", name=permits)
    assert not row.may, "the service is shut out of what is kept"
    assert all(office.trail(service) == [] for service in office.urls)
    assert office.day(1)[0] not in all_four
    assert all(office.trail(service) == [] for service in office.urls)


def test_while_services_run_nothing_is_touched_and_they_are_named(office: Office, made: Made) -> None:
    office.open()
    office.issue(1)
    before = office.databases()
    with pytest.raises(Problem, match=r"services still use the databases: .*permits_[0-9]+ \(permits: [0-9]+\)"):
        office.restore(made)
    assert office.databases() == before
    office.close()
    assert len(office.numbers()) == 5


def test_what_stands_is_replaced_only_where_the_operator_says_so(office: Office, made: Made) -> None:
    assert not office.restore(made, Wish())
    assert "--replace" in lines(office)
    assert len(office.numbers()) == 4


def test_a_new_machine_gets_the_whole_mall_with_its_roles(office: Office, made: Made) -> None:
    office.lose()
    assert office.restore(made, Wish()), office.told
    assert len(office.numbers()) == 2
    (owner,) = office.sql("permits", "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
    assert owner.tableowner == "permits_owner"
    assert office.day(1)


def manifest_says(made: Made, change: Callable[[dict[str, object]], object]) -> None:
    path = made.folder / "manifest.json"
    written = json.loads(path.read_text())
    change(written)
    path.write_text(json.dumps(written))


def test_a_backup_that_is_not_whole_or_not_of_this_mall_is_refused_with_every_reason(
    office: Office, made: Made
) -> None:
    dump = next(made.folder.glob("databases/permits.dump*"))
    dump.write_bytes(dump.read_bytes()[:-1])
    manifest_says(made, lambda m: m["databases"][0]["marks"].update(schema="gateway_9999"))  # type: ignore[index]
    manifest_says(made, lambda m: m.update(region="33.75"))
    assert not office.restore(made, person_key=bytes(32), tracking_keys={}, backup_key=None)
    told = lines(office)
    for reason in ("permits.dump", "gateway_9999", "33.75", "MPP_PERSON_KEY", "PERMITS_TRACKING_KEY", "secret half"):
        assert reason in told
    assert len(office.numbers()) == 4


def test_a_machine_without_the_region_folder_gets_it_beside_the_backup_and_then_the_mall(
    office: Office, tmp_path: Path
) -> None:
    write_region("36.71", tmp_path / "region")
    there = replace(office.settings.for_services, region=str(tmp_path / "region"))
    made = office.back_up(for_services=there)
    assert not office.restore(made), "this machine would be another kabupaten"
    assert "36.71" in lines(office)
    aside = made.folder.with_name(f"{made.folder.name}.wilayah") / "region"
    assert (aside / "region.yaml").read_bytes() == (tmp_path / "region" / "region.yaml").read_bytes()
    assert office.restore(made, for_services=replace(there, region=str(aside))), office.told


def test_a_mall_whose_keys_are_lost_for_good_is_brought_back_all_the_same(office: Office, made: Made) -> None:
    assert not office.restore(made, person_key=bytes(32))
    assert office.restore(made, Wish(replace=True, other_keys=True), person_key=bytes(32))


def test_with_new_token_keys_people_sign_in_anew_and_that_is_all(office: Office, made: Made) -> None:
    assert office.restore(made, token_public_key="another")


def test_a_document_that_rotted_in_the_backup_stops_it_and_the_mall_is_as_it_was(office: Office, made: Made) -> None:
    assert office.settings.for_services.files is not None
    shutil.rmtree(office.settings.for_services.files)
    rotten = next(made.folder.glob("documents/??/??/*"))
    whole = rotten.read_bytes()
    rotten.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))  # it is encrypted: any byte may be any other
    before = office.databases()
    assert not office.restore(made)
    assert rotten.name.removesuffix(".age") in lines(office)
    assert office.databases() == before
    assert len(office.numbers()) == 4


def test_what_is_put_back_belongs_to_who_has_the_folders_whoever_puts_it_back(office: Office, made: Made) -> None:
    """Files that belonged to root, who had copied them, were once unreadable for the mall."""
    store, audit = office.settings.for_services.files, office.settings.for_services.audit.folder
    assert store is not None
    assert audit is not None
    theirs = 10001 if os.geteuid() == 0 else os.geteuid()
    (stands,) = store.glob("??/??/*")
    stands.chmod(0o644)
    os.chown(store, theirs, theirs if os.geteuid() == 0 else -1)
    office.store(pdf("Baru"))
    assert office.restore(made), office.told
    files = [path for path in store.rglob("*") if path.is_file()]
    put = (stands, *stands.parents[:2], audit / "permits" / "permits.checkpoints")
    assert {path.stat().st_uid for path in put} == {theirs}
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o600"}


class Death(BaseException):
    """The power goes: nobody clears up."""


def test_who_dies_before_the_moment_leaves_the_old_mall_and_after_it_the_new_one(office: Office, made: Made) -> None:
    said: list[str] = []
    at = 0
    while True:
        at += 1
        left = [at]

        def dies(line: str, left: list[int] = left) -> None:
            said.append(line)
            left[0] -= 1
            if not left[0]:
                raise Death

        try:
            office.restore(made, say=dies)
        except Death:
            new = any("mal dipulihkan" in line for line in said)
            assert len(office.numbers()) == (2 if new else 4), said
            if new:
                break
            continue
        raise AssertionError("it never came to the moment")
    assert at > 5
    assert office.restore(made), office.told
    assert "diselesaikan" in lines(office)
    assert all(office.trail(service) == [] for service in office.urls)
    assert not [name for name in office.databases() if name.endswith("_pulih")]


def test_who_dies_between_databases_and_checkpoints_is_finished_by_running_it_again(
    office: Office, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = Path.rename
    with monkeypatch.context() as patched:

        def dies(self: Path, target: Path) -> Path:
            if self.name == "permits.checkpoints":
                raise Death
            return put(self, target)

        patched.setattr(Path, "rename", dies)
        with pytest.raises(Death):
            office.restore(made)
    assert len(office.numbers()) == 2
    assert office.trail("permits") != []
    assert office.restore(made, Wish()), office.told
    assert office.trail("permits") == []
