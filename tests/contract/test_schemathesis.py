"""A running mall against its own contract: generated requests by the thousand, with every kind of token and with none.

What they ask about half of the time exists (`known`): a case that nobody knows is refused before anything else.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.contract import known
from tests.support.mall import Mall, clean_environment, data_folder

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
CONFIG = Path(__file__).with_name("schemathesis.toml")
SEED = os.environ.get("MPP_TEST_SEED", "20261120")
# Whoever uses these is refused from then on, and everything after them would prove nothing: they come last, apart.
ENDS = (
    "/api/v1/auth/logout",
    "/api/v1/auth/password",  # its example changes the password that every demo account has
    "/api/v1/operations/accounts/disable-demo",
)


@dataclass(frozen=True)
class Asked:
    """A mall with demo data and the embedded broker, and where the settings of schemathesis are."""

    mall: Mall
    settings: Path

    def run(self, token: str | None, *how: str) -> None:
        """Send what schemathesis makes up. An AssertionError with what it found."""
        command = [
            *(str(SCHEMATHESIS), "--config-file", str(self.settings), "run", f"{self.mall.url}/api/v1/openapi.json"),
            *(() if token is None else ("--header", f"Authorization: {token}")),
            *("--seed", SEED, "--suppress-health-check", "all", "--warnings", "off", "--no-color"),
            *how,
        ]
        environment = clean_environment(PYTHONWARNINGS="ignore")
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=500, env=environment, cwd=self.mall.folder, check=False
        )
        print(done.stdout)  # how many of what, shown with -rP
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    with data_folder() as folder:
        mall = Mall(folder)
        try:
            document = known.at_work(mall.start())
            settings = folder / "schemathesis.toml"
            settings.write_text(known.configuration(mall, CONFIG, document))
            yield Asked(mall, settings)
        finally:
            mall.interrupt()


FEW = ("--phases", "examples,fuzzing", "--max-examples", "3")
EVERY_FIELD = ("--phases", "coverage")  # of each: left out, too long, of another type ...
CHAINS = ("--phases", "stateful", "--max-examples", "20")  # what one answer leads to
OPERATIONS = "/operations/"
# Who is no operator is refused there before anything is read: that a clerk is shows it.
OF_A_ROLE = ("--phases", "examples,fuzzing", "--max-examples", "2", "--exclude-path-regex", OPERATIONS)
TWINS = "/v1/(complaints|registrations)"  # whose addresses are made by the same code as those of permits


@pytest.mark.parametrize(
    ("account", "how"),
    [
        (None, FEW),
        ("petugas.sukodono", (*EVERY_FIELD, "--exclude-path-regex", f"{OPERATIONS}|{TWINS}")),
        ("petugas.sukodono", FEW),
        ("petugas.sukodono", CHAINS),
        ("operator", (*EVERY_FIELD, "--include-path-regex", OPERATIONS)),
        ("operator", FEW),
        ("penyelia.dpmptsp", OF_A_ROLE),
        ("penandatangan.dpmptsp", OF_A_ROLE),
        ("inspektorat", OF_A_ROLE),
        ("mitra.bpjs", OF_A_ROLE),
    ],
)
def test_the_mall_keeps_its_contract(asked: Asked, account: str | None, how: tuple[str, ...]) -> None:
    token = None if account is None else asked.mall.log_in(account)["Authorization"]
    asked.run(token, *how, *(word for path in ENDS for word in ("--exclude-path", path)))
    if token is not None:
        me = requests.get(f"{asked.mall.url}/api/v1/me", headers={"Authorization": token}, timeout=20)
        assert me.status_code == 200, "the session has ended on the way: what came afterwards proves nothing"


@pytest.mark.parametrize(
    ("account", "path"), [("petugas.mpp", ENDS[0]), ("petugas.kecamatan", ENDS[1]), ("operator", ENDS[2])]
)
def test_what_ends_a_session_keeps_its_contract_too(asked: Asked, account: str, path: str) -> None:
    token = asked.mall.log_in(account)["Authorization"]
    asked.run(token, "--phases", "examples,coverage,fuzzing", "--max-examples", "5", "--include-path", path)
