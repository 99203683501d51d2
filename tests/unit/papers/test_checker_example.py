"""The example that partners copy: it finds what is the mall's and refuses what is not, with nothing of the mall's."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from mpp.papers.qr.address import text_of
from mpp.papers.qr.claims import Claims
from mpp.papers.qr.keys import Keyring, PaperKey, PaperSigner, encoded

EXAMPLE = Path(__file__).parents[3] / "examples" / "checker" / "check.py"
MALL = "https://mpp.contoh.go.id"
SIGNER, OTHER = PaperSigner(bytes(range(32))), PaperSigner(bytes(range(1, 33)))
FORMER = PaperKey("permits", OTHER.public, date(2025, 1, 1), date(2026, 11, 26), ("permit",))
KEYS = Keyring((FORMER, PaperKey("permits", SIGNER.public, date(2026, 11, 26), None, ("permit",))))
CLAIMS = Claims("35.15/dpmptsp", "permit", "P7K2M9QX4TB01233", date(2026, 11, 27), "503/7", "W.C.")
GOOD = text_of(MALL, CLAIMS, SIGNER)


def checked(folder: Path, scanned: str, keys: Keyring = KEYS) -> tuple[int, str]:
    """Its exit status, and what it says."""
    (folder / "keys.json").write_text(json.dumps(keys.to_json()))
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(EXAMPLE), str(folder / "keys.json"), scanned],
        cwd=folder, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def test_it_shares_nothing_with_the_mall() -> None:
    tree = ast.parse(EXAMPLE.read_text("utf-8"))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert not any(name.split(".")[0] in ("mpp", "services", "tests") for name in imported)


def test_it_reads_what_a_paper_claims(tmp_path: Path) -> None:
    status, said = checked(tmp_path, GOOD)
    assert status == 0
    for line in ("issuer: 35.15/dpmptsp", "kind: permit", "number: 503/7", "date: 2026-11-27", "holder: W.C."):
        assert line in said.splitlines()
    old = text_of(MALL, replace(CLAIMS, date=date(2026, 3, 1)), OTHER)
    assert checked(tmp_path, old)[0] == 0, "a paper of before the key was changed"


@pytest.mark.parametrize(
    ("scanned", "reason"),
    [
        (GOOD[:-3] + ("AAA" if GOOD[-3:] != "AAA" else "BBB"), "not signed by the mall"),
        (GOOD.replace("/v/P7K2M9QX4TB01233", "/v/P0000000000000"), "belong to another paper"),
        (text_of(MALL, replace(CLAIMS, kind="certificate"), SIGNER), "no paper of the kind certificate"),
        (text_of(MALL, CLAIMS, OTHER), "after the last day"),
        (text_of(MALL, CLAIMS, PaperSigner(bytes(32))), "not in the list"),
        (f"{MALL}/v/{CLAIMS.code}", "not signed by the mall"),
        (f"{MALL}/v/{CLAIMS.code}#{encoded(b'claims')}", "not signed by the mall"),
    ],
)
def test_it_refuses_what_the_mall_did_not_make(tmp_path: Path, scanned: str, reason: str) -> None:
    status, said = checked(tmp_path, scanned)
    assert (status, reason in said) == (1, True), said
