"""A case whose applicant may not be known, or that has none, is shown like any other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from tests.unit.portal.stand_in import Mall, sign_in

TEMPLATES = Path("services/portal/templates")
ITEM: dict[str, Any] = {
    "task_id": "t", "task": "verification", "case_id": "1", "collection": "complaints", "version": 3,
    "tracking_code": "A0123456789V", "service": "PGD-LPR", "service_name": {"id": "Pengaduan", "en": "Complaint"},
    "state": "submitted", "state_label": {"id": "Diajukan", "en": "Filed"}, "office": "desk", "office_name": "Meja",
    "role": "verifier", "role_name": {"id": "Verifikator", "en": "Verifier"}, "applicant": None, "due_at": None,
    "submitted_at": "2026-11-23T09:00:00+07:00", "changed_at": "2026-11-23T09:00:00+07:00", "remaining": None,
    "claimed_by": None, "held": False, "being_signed": False, "signing": None, "paper": None,
}  # fmt: skip


def test_a_report_of_somebody_who_may_not_be_known_stands_in_the_worklist(browser: FlaskClient, mall: Mall) -> None:
    mall.answers |= {
        "GET /api/v1/worklist": lambda: (200, {"items": [ITEM], "next": None, "unavailable": []}),
        "GET /api/v1/worklist/counts": lambda: (200, {"total": 1, "overdue": 0, "online": 0, "services": []}),
        "GET /api/v1/me": lambda: (200, {"assignments": []}),
        "GET /api/v1/drafts": lambda: (200, {"items": []}),
    }
    sign_in(browser)
    page = browser.get("/kerja")
    assert page.status_code == 200
    assert "A0123456789V" in page.text
    assert "Tanpa nama" in page.text


def test_no_template_asks_for_a_part_of_what_may_be_missing() -> None:
    """`(x or {}).y` is an error of Jinja's strict mode where x is missing, not an empty word."""
    assert [path.name for path in TEMPLATES.glob("*.html") if "or {})" in path.read_text(encoding="utf-8")] == []
