"""A running mall against its own contract: generated requests, by the hundred, from every kind of account.

Left out is the check that each request which fits the schema is accepted: the fields of a form are the catalogue's,
and the register knows who exists.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.mall import Mall, clean_environment, data_folder

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
CONFIG = Path(__file__).with_name("schemathesis.toml")
ACCEPTS = ("--exclude-checks", "positive_data_acceptance")
# Whoever logs out is refused from then on: everything after it would prove nothing.
NO_END = ("--exclude-path", "/api/v1/auth/logout")
NO_CHAINS = ("--phases", "examples,coverage,fuzzing")  # nothing there leads to anything else


@pytest.fixture(scope="module")
def running() -> Iterator[Mall]:
    """A mall with demo data and the embedded broker."""
    with data_folder() as folder:
        mall = Mall(folder)
        try:
            yield mall.start()
        finally:
            mall.interrupt()


@pytest.mark.parametrize(
    ("account", "seconds", "only"),
    [
        # A wrong secret of the applicant is answered like a case that does not exist: 404, not 401.
        ("petugas.sukodono", 20, ("--exclude-checks", "positive_data_acceptance,ignored_auth", *NO_END)),
        ("mitra.bpjs", 6, (*ACCEPTS, "--include-path", "/api/v1/events", *NO_CHAINS)),
        ("petugas.mpp", 6, (*ACCEPTS, "--include-path-regex", "auth/(password|logout)", *NO_CHAINS)),
        ("operator", 6, (*ACCEPTS, "--include-path-regex", "operations", *NO_CHAINS)),
    ],
)
def test_the_mall_keeps_its_contract(running: Mall, account: str, seconds: int, only: tuple[str, ...]) -> None:
    token = running.log_in(account)["Authorization"]
    command = [
        str(SCHEMATHESIS),
        "--config-file",
        str(CONFIG),
        "run",
        f"{running.url}/api/v1/openapi.json",
        "--header",
        f"Authorization: {token}",
        "--checks",
        "all",
        "--max-time",
        str(seconds),
        "--seed",
        "20261120",
        "--suppress-health-check",
        "all",
        "--warnings",
        "off",
        "--no-color",
        *only,
    ]
    environment = clean_environment(PYTHONWARNINGS="ignore")
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, env=environment, cwd=running.folder)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
