"""`mpp verify audit`: exit status 0 whole, 1 not, the first bad entry first."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from mpp.audit.checkpoints import Signer
from mpp.audit.ledger import ledger_path
from mpp.hosting.definition import definitions
from mpp.persistence.servers import roles
from tests.integration.audit.trail import KEY, Trail


@pytest.fixture
def verify(ten: Trail, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, list[str]]]:
    """Run `mpp verify audit`; the exit status and the lines."""
    from typer.testing import CliRunner

    from mpp.operations.commands.verify import app

    monkeypatch.setenv("PERMITS_DATABASE_URL", ten.url)
    monkeypatch.setenv("MPP_AUDIT_DIR", str(ten.folder))
    monkeypatch.setenv("MPP_AUDIT_KEY", KEY.hex())

    def run(*arguments: str) -> tuple[int, list[str]]:
        done = CliRunner().invoke(app, ["audit", *arguments])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        said = [line for line in done.output.splitlines() if "[warning" not in line]  # a loop of this process logs
        return done.exit_code, said

    return run


def test_the_command_says_that_a_trail_is_whole(verify: Callable[..., tuple[int, list[str]]]) -> None:
    status, lines = verify()
    assert status == 0
    assert lines == [
        "permits: utuh: 10 entri, 10 disegel, checkpoint terakhir 10, sah"
        " | whole: 10 entries, 10 sealed, last checkpoint 10, signed"
    ]


def test_the_command_names_the_first_bad_entry(ten: Trail, verify: Callable[..., tuple[int, list[str]]]) -> None:
    ten.sql("UPDATE audit SET actor = 'orang.lain' WHERE id = 6")
    ten.write(action="log_in")
    status, lines = verify("--service", "permits")
    assert status == 1
    assert lines[0].startswith("permits: entri 6 (segel 6) diubah")
    assert " | entry 6 (seal 6) was edited" in lines[0]
    assert any("1 entri belum disegel, mulai entri 11" in line for line in lines)
    assert lines[-1].startswith("permits: TIDAK UTUH")


def test_the_command_takes_a_copy_of_the_checkpoints(
    ten: Trail, verify: Callable[..., tuple[int, list[str]]], tmp_path: Path
) -> None:
    copy = tmp_path / "salinan.txt"
    copy.write_bytes(ten.ledger.path.read_bytes())
    ten.ledger.path.unlink()
    assert verify()[0] == 1
    assert verify("--checkpoint", str(copy))[0] == 0


def test_a_checker_needs_the_public_key_only(
    verify: Callable[..., tuple[int, list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MPP_AUDIT_KEY")
    status, lines = verify()
    assert status == 0
    assert "tidak diperiksa" in lines[0]
    monkeypatch.setenv("MPP_AUDIT_PUBLIC_KEY", Signer(KEY).public.hex())
    status, lines = verify()
    assert (status, len(lines)) == (0, 1)


def test_the_command_finds_the_embedded_database_of_a_mall_that_runs_or_stands_still(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from typer.testing import CliRunner

    from mpp.operations.commands.verify import app
    from mpp.operations.data_folder import locked
    from mpp.operations.embedded_postgres.server import EmbeddedPostgres

    def verified() -> tuple[int, str]:
        done = CliRunner().invoke(app, ["audit", "--service", "permits"])
        return done.exit_code, done.output

    with tempfile.TemporaryDirectory(prefix="mpp-test-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        monkeypatch.setenv("MPP_DATA", name)
        for variable in ("PERMITS_DATABASE_URL", "MPP_AUDIT_DIR", "MPP_AUDIT_KEY"):
            monkeypatch.delenv(variable, raising=False)
        with locked(folder), EmbeddedPostgres(folder, durable=False) as server:
            url = server.url("permits", user="permits")
            roles.prepare(server.url(), url, "permits", definitions()["permits"].migrations)
            trail = Trail(url, folder / "audit", key=None)
            trail.write(action="log_in")
            trail.seal()
            trail.database.dispose()
            assert verified()[0] == 0
        status, output = verified()
        assert status == 0
        assert "1 entri, 1 disegel" in output
        ledger_path(folder / "audit", "permits").unlink()
        assert verified()[0] == 1
