"""The public keys of papers: anybody may have them and keep them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from werkzeug.test import Client

from mpp.papers.qr.keys import Keyring, PaperKey, PaperSigner
from services.gateway.api.app import build
from tests.integration.gateway.conftest import Mall

SIGNER = PaperSigner(bytes(range(32)))
KEYS = Keyring(
    (
        PaperKey("permits", PaperSigner(bytes(range(1, 33))).public, date(2025, 1, 1), date(2026, 11, 27), ("permit",)),
        PaperKey("permits", SIGNER.public, date(2026, 11, 27), None, ("permit", "refusal")),
    )
)


def test_the_list_has_every_key_that_a_paper_may_bear(mall: Mall) -> None:
    client = Client(build(replace(mall.parts, paper_keyring=KEYS)))
    answer = client.get("/.well-known/jwks.json")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert Keyring.from_json(answer.get_json()) == KEYS
    assert [key["until"] for key in answer.get_json()["keys"]] == ["2026-11-27", None]
    assert "d" not in answer.get_json()["keys"][1], "no private key"
