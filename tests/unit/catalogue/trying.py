"""A good service type, and ways to spoil it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mpp.casework.access.offices import Office, OfficeTree
from mpp.casework.rules.service_type import ServiceType
from mpp.catalogue import CatalogueError, Host, check_file

ROOT = Path(__file__).parents[3]
OFFICES = OfficeTree(
    "35.15",
    "Asia/Jakarta",
    [
        Office("dpmptsp", "DPMPTSP", "opd", "35.15"),
        Office("dinkes", "Dinas Kesehatan", "opd", "35.15"),
        Office("35.15.14.2013", "Desa Sukodono", "desa", "35.15.14.2013"),
    ],
)
HOSTS = {"permits": Host(frozenset({"issue_permit"}), frozenset({"submitted", "updated", "granted", "rejected"}))}

GOOD = """\
code: PRZ-TRY
version: 1
collection: permits
name: {id: Izin contoh, en: Example permit}
owner: dpmptsp
level: C
sla: 5wd
service_hours_of: opd
filed_by: [clerk]
fees:
  - {from: 2024-01-01, amount: 0}
  - {from: 2026-01-01, amount: 25000}
number:
  series: try
  template: "503/{seq:4}/TRY/{office}/{year}"
standard:
  requirements: {id: KTP, en: Identity card}
  procedure: {id: Loket lalu DPMPTSP, en: Counter then DPMPTSP}
  duration: {id: 5 hari kerja, en: 5 working days}
  fee: {id: Gratis, en: Free}
  product: {id: Izin, en: Permit}
  complaints: {id: PGD-LPR, en: PGD-LPR}
  legal_basis: {id: Contoh, en: Example}
  facilities: {id: Loket, en: Counter}
  competence: {id: Petugas, en: Clerk}
  supervision: {id: Inspektorat, en: Inspectorate}
  staff: {id: Dua, en: Two}
  guarantee: {id: Tanggal janji, en: Promised date}
  safety: {id: Data tertutup, en: Data are closed}
  evaluation: {id: Survei, en: Survey}
requirements:
  - {code: identity, name: {id: KTP, en: Identity card}}
  - {code: photo, name: {id: Pas foto, en: Photo}, required: false}
form:
  - name: purpose
    type: choice
    label: {id: Keperluan, en: Purpose}
    choices:
      - {value: new, label: {id: Baru, en: New}}
      - {value: renewal, label: {id: Perpanjangan, en: Renewal}}
  - name: agency
    type: office
    label: {id: Instansi teknis, en: Technical agency}
    office_kinds: [opd]
  - {name: units, type: integer, min: 1, max: 9, required: false, label: {id: Jumlah, en: Number}}
workflow:
  initial: submitted
  event: submitted
  states:
    submitted:
      label: {id: Diajukan, en: Submitted}
      next_step: {id: Rekomendasi, en: Recommendation}
      tasks:
        - code: advice
          label: {id: Rekomendasi, en: Recommendation}
          office: data.agency
          role: officer
          sla: 2wd
        - {code: check, label: {id: Periksa, en: Check}, office: owner, role: verifier}
      join: {to: signing, refused: rejected}
    signing:
      label: {id: Tanda tangan, en: Signature}
      next_step: {id: Kepala menandatangani, en: The head signs}
      tasks:
        - {code: signature, label: {id: Tanda tangan, en: Signature}, office: owner, role: signer}
    issued:
      label: {id: Terbit, en: Issued}
      next_step: {id: Diambil, en: Collect it}
      clock: ended
      waiting_on: nobody
    rejected:
      label: {id: Ditolak, en: Rejected}
      next_step: {id: Tidak ada, en: None}
      clock: ended
      waiting_on: nobody
  actions:
    advise:
      label: {id: Beri rekomendasi, en: Recommend}
      from: submitted
      roles: [officer]
      task: advice
    check:
      label: {id: Periksa, en: Check}
      from: submitted
      roles: [verifier]
      task: check
      data:
        - {name: findings, type: text, max: 200, required: false, label: {id: Temuan, en: Findings}}
    refuse:
      label: {id: Tolak, en: Refuse}
      from: submitted
      roles: [officer]
      task: advice
      outcome: refused
      note_required: true
    sign:
      label: {id: Tanda tangani, en: Sign}
      from: [signing]
      to: issued
      roles: [signer]
      task: signature
      guards: [requirements_complete, all_tasks_done]
      number: true
      effects: [issue_permit]
      event: granted
    reject:
      label: {id: Tolak, en: Reject}
      from: [signing]
      to: rejected
      roles: [signer]
      note_required: true
      event: rejected
"""


def check(folder: Path, text: str = GOOD) -> ServiceType:
    """The service type of a file with this text, checked as at every start-up."""
    path = folder / "prz-try.yaml"
    path.write_text(text, "utf-8")
    return check_file(path, offices=OFFICES, hosts=HOSTS)


def varied(old: str, new: str) -> tuple[str, int]:
    """The good text with one place changed, and the line on which the change begins."""
    assert GOOD.count(old) == 1, f"{old!r} must name one place"
    return GOOD.replace(old, new), GOOD[: GOOD.index(old)].count("\n") + 1


def refusal(folder: Path, text: str) -> tuple[str, str]:
    """Why the text is refused, and the line of the text that the refusal points at."""
    with pytest.raises(CatalogueError) as caught:
        check(folder, text)
    return in_english(caught.value), text.splitlines()[caught.value.line - 1]


def in_english(error: CatalogueError) -> str:
    """`place: English` of a mistake that is told in both languages."""
    indonesian, both, english = error.reason.partition(" | ")
    assert both, f"in one language only: {error}"
    place = re.match(r"[\w.\[\]*-]+: ", indonesian)
    return (place[0] if place else "") + english
