"""What must hold of the papers that a service type makes; whether its templates are there is `mpp.papers`'s to say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mpp.casework.access.actors import APPLICANT_ROLE, BANK_ROLE, SYSTEM_ROLE
from mpp.casework.rules.papers_made import papers_made, place_of
from mpp.casework.rules.service_type import Action, ServiceType
from mpp.catalogue.check_workflow import Host
from mpp.catalogue.said import said

SIGNER = "signer"
_OUTSIDE = {APPLICANT_ROLE, BANK_ROLE, SYSTEM_ROLE}  # who signs nothing for the office
MOST_PAPERS = 5  # of one action: twenty decisions fit into one batch of signatures
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def paper_mistakes(service_type: ServiceType, host: Host | None) -> Iterator[str]:
    """Every reason to refuse them; without `host` nobody is asked what the service may sign."""
    if host is not None:
        yield from _unsigned(service_type, host)
    tasks = [task for state in service_type.states.values() for task in state.tasks]
    by_itself = {code for task in tasks for code in (task.on_due, task.on_complete) if code is not None}
    for action in service_type.actions.values():
        if not action.papers:
            continue
        where = place_of(action)
        yield from _several(action, where)
        outside = sorted(_OUTSIDE.intersection(action.roles))
        if outside:
            yield said(
                where,
                f"peran {outside[0]!r} tidak menandatangani surat",
                f"nobody of the role {outside[0]!r} signs a paper",
            )
        if any(paper.signed_as is None for paper in action.papers) and set(action.roles) != {SIGNER}:
            yield said(
                where,
                "tulis `signed_as`: sebutan yang menandatangani; `signers` hanya untuk peran signer",
                "say `signed_as`, what its signer is called: `signers` are for the role signer alone",
            )
        if action.code in by_itself:
            yield said(
                where,
                "tindakan ini diambil mal sendiri (on_due, on_complete), jadi tidak ada yang menandatangani",
                "the mall takes this action by itself (on_due, on_complete), so nobody would sign",
            )
    if service_type.deemed_paper is not None and not service_type.deemed_approval:
        yield said("deemed_paper", "`deemed_approval` belum dinyalakan", "`deemed_approval` is not switched on")


def _several(action: Action, where: str) -> Iterator[str]:
    """What must hold of the papers of one action together."""
    first, names = action.papers[0], [paper.name for paper in action.papers if paper.name]
    for name in dict.fromkeys(names):
        if not _NAME.fullmatch(name):
            yield said(where, f"{name!r} bukan nama, seperti family_card", f"{name!r} is no name, such as family_card")
        if names.count(name) > 1:
            yield said(where, f"nama {name!r} dipakai dua kali", f"the name {name!r} stands twice")
    if len(action.papers) > MOST_PAPERS:
        yield said(where, f"paling banyak {MOST_PAPERS} surat", f"at most {MOST_PAPERS} papers")
    if first.optional or first.series is not None:
        yield said(
            where,
            "surat pertama selalu dibuat, dengan nomor keputusannya: tanpa `optional` dan `number`",
            "the first paper is always made, with the number of the decision: without `optional` and `number`",
        )


def _unsigned(service_type: ServiceType, host: Host) -> Iterator[str]:
    """The published list says which kinds the service's key signs: a verifier refuses every other one."""
    for where, paper in papers_made(service_type):
        if paper.kind not in host.paper_kinds:
            known = ", ".join(sorted(host.paper_kinds))
            yield said(
                where,
                f"layanan ini tidak menandatangani surat jenis {paper.kind!r} (hanya {known})",
                f"this service signs no papers of the kind {paper.kind!r} (only {known})",
            )
