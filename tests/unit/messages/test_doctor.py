"""The doctor says plainly how citizens are told."""

from __future__ import annotations

from pathlib import Path

from mpp.operations.checking.telling import told
from mpp.operations.settings import Settings
from mpp.regions.new import write_region
from tests.unit.messages.test_reading import CHANNELS


def asked(folder: str, **environment: str) -> tuple[str, str | None]:
    return told(Settings.read({"MPP_REGION": folder, **environment}, ()))


def test_a_shipped_region_has_the_call_list_alone() -> None:
    name, doubt = asked("35.15")
    assert ("daftar panggil loket saja" in name, doubt) == (True, None)


def test_a_provider_without_its_token_or_an_address_that_nobody_can_open(tmp_path: Path) -> None:
    folder = tmp_path / "region"
    write_region("36.71", folder)
    (folder / "messages").mkdir()
    (folder / "messages" / "channels.yaml").write_text(CHANNELS, "utf-8")
    name, doubt = asked(str(folder))
    assert name.endswith("email, sms")
    assert doubt is not None
    assert doubt.startswith("MPP_SMS_TOKEN: ")
    _, doubt = asked(str(folder), MPP_SMS_TOKEN="t")
    assert doubt is not None
    assert "MPP_PUBLIC_URL" in doubt
    assert asked(str(folder), MPP_SMS_TOKEN="t", MPP_PUBLIC_URL="https://mpp.contoh.go.id")[1] is None
