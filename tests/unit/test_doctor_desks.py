"""`mpp doctor --deep`: says at which desk of the catalogue nobody works, before a case waits there."""

from __future__ import annotations

from typing import Any

from mpp.operations import region_files
from mpp.operations.checking.desks import unmanned
from mpp.operations.client import Client
from services.gateway.accounts.seed import DEMO

FILES = region_files.read("35.15")


class Mall(Client):
    """Lists accounts as the gateway does, two on a page."""

    def __init__(self, *without: str, disabled: str = "") -> None:
        self.accounts = [
            {"account": name, "disabled": name == disabled, "assignments": [{"office": a.office, "role": a.role}]}
            for name, a in sorted(DEMO.items())
            if name not in without
        ]

    def get(self, path: str, *, after: str | None = None) -> dict[str, Any]:  # type: ignore[override]
        assert path == "/api/v1/operations/accounts"
        left = [each for each in self.accounts if after is None or str(each["account"]) > after]
        return {"items": left[:2], "next": left[1]["account"] if len(left) > 2 else None}


def told(mall: Mall) -> list[str]:
    return list(unmanned(mall, FILES.catalogue, FILES.region.offices))


def test_the_demo_has_somebody_at_every_desk() -> None:
    assert told(Mall()) == []


def test_who_hears_appeals_is_missed_with_the_services_that_wait_for_him() -> None:
    (line,) = told(Mall("penyelia.setda"))
    assert "tidak ada akun supervisor di setda" in line
    assert "NAK-AK1" in line
    assert "PRZ-PBG" in line
    assert "silence may grant" in line


def test_an_account_that_is_disabled_sits_nowhere() -> None:
    (line,) = told(Mall(disabled="teknis.dinkes"))
    assert "no account is officer at dinkes: PRZ-SIP-DR, PRZ-SIP-NK wait there" in line
