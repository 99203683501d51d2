"""The launcher's checks before anything starts."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from mpp.hosting.definition import definitions
from mpp.operations import keys
from mpp.operations.data_folder import locked
from mpp.operations.embedded_postgres import location
from mpp.operations.problem import Problem
from mpp.operations.running.ports import check_port
from mpp.operations.settings import Settings


def test_a_free_port_is_fine_and_stays_free() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)


@pytest.mark.parametrize("shared", [False, True])
def test_a_taken_port_is_one_line_even_when_its_holder_would_share_it(shared: bool) -> None:
    with socket.socket() as holder:
        if shared:
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        with pytest.raises(Problem, match=str(holder.getsockname()[1])):
            check_port("127.0.0.1", holder.getsockname()[1])


def test_an_address_of_another_machine_is_one_line() -> None:
    with pytest.raises(Problem, match=r"192\.0\.2\.1"):
        check_port("192.0.2.1", 8000)


def test_one_data_folder_holds_one_mall(tmp_path: Path) -> None:
    with locked(tmp_path / "data"), pytest.raises(Problem, match=str(os.getpid())), locked(tmp_path / "data"):
        pass
    with locked(tmp_path / "data"):
        pass  # released


def test_the_lock_of_a_killed_mall_is_gone(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from mpp.operations.data_folder import locked\n"
        "with locked(Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code, str(tmp_path)], check=False)
    assert (tmp_path / "lock").exists()
    with locked(tmp_path):
        pass


def test_a_data_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Problem, match="MPP_DATA"), locked(tmp_path / "file" / "data"):
        pass


def test_the_keys_are_made_once_and_only_their_owner_may_read_them(tmp_path: Path) -> None:
    first = keys.with_keys(Settings(data=tmp_path))
    again = keys.with_keys(Settings(data=tmp_path))
    assert first == again
    assert first.person_key is not None
    assert len(first.person_key) == 32
    secretive = {name for name, definition in definitions().items() if definition.gives_secrets}
    assert set(first.tracking_keys) == secretive
    assert len({first.person_key, *first.tracking_keys.values()}) == len(secretive) + 1, "no two have the same"
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600


def test_a_key_from_the_environment_wins_over_the_kept_one(tmp_path: Path) -> None:
    given = replace(Settings(data=tmp_path), person_key=b"k" * 32)
    assert keys.with_keys(given).person_key == b"k" * 32


def test_a_key_that_a_newer_mall_needs_is_added_to_the_others(tmp_path: Path) -> None:
    first = keys.with_keys(Settings(data=tmp_path))
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({k: v for k, v in json.loads(path.read_text()).items() if k != "audit"}))
    again = keys.with_keys(Settings(data=tmp_path))
    assert (again.person_key, again.token_private_key) == (first.person_key, first.token_private_key)
    assert again.for_services.audit.shared_key not in (None, first.for_services.audit.shared_key)
    assert keys.with_keys(Settings(data=tmp_path)).for_services == again.for_services


def test_damaged_keys_are_one_line_and_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(json.dumps({"person": "x"}))
    with pytest.raises(Problem, match=r"keys\.json"):
        keys.with_keys(Settings(data=tmp_path))
    assert json.loads((tmp_path / "keys.json").read_text()) == {"person": "x"}


class TestPlaceOfTheDatabase:
    """Started by root, the database belongs to `nobody`, and no folder of others is opened for it."""

    nobody = (65534, 65534)

    def test_every_folder_on_the_way_must_let_it_pass(self, tmp_path: Path) -> None:
        closed = tmp_path / "home"
        closed.mkdir(mode=0o700)
        inner = closed / "data"
        inner.mkdir()
        inner.chmod(0o711)
        assert not location._passable(closed, self.nobody)
        assert not location.reachable(inner, self.nobody)
        assert location._passable(inner, self.nobody)
        assert location.reachable(inner, None)  # ourselves: nothing to ask

    def test_a_folder_that_was_there_keeps_its_rights(self, tmp_path: Path) -> None:
        closed = tmp_path / "home"
        closed.mkdir(mode=0o700)
        location.make_folder(closed, None, 0o755)
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700

    def test_a_long_path_gets_a_short_socket(self, tmp_path: Path) -> None:
        home = tmp_path / ("x" * 100)
        home.mkdir()
        found = location.socket_folder(home, None)
        try:
            assert found == location.socket_folder(home, None)  # the next start finds it again
            assert len(os.fsencode(found / ".s.PGSQL.5432")) <= 107
            assert stat.S_IMODE(found.stat().st_mode) == 0o700
            found.chmod(0o777)
            with pytest.raises(Problem, match="MPP_DATA"):  # somebody else may have prepared it
                location.socket_folder(home, None)
        finally:
            found.rmdir()
