"""What the settings of a mall leave open, found without asking anybody: for the running mall and for the doctor."""

from __future__ import annotations

from collections.abc import Iterator

from mpp.audit.settings import AuditSettings, audit_key_name
from mpp.casework.access.offices import OfficeTree
from mpp.hosting.settings import ServiceSettings
from mpp.hosting.state.parts import Part


def of_audit(audit: AuditSettings, service: str) -> Part:
    """Whether the checkpoints of a service's audit trail prove what they could."""
    if audit.folder is None:
        return Part("audit", "audit_none")
    if audit.key_of(service) is None:
        return Part("audit", "audit_unsigned", audit_key_name(service))
    if service not in audit.keys:
        return Part("audit", "audit_shared", audit_key_name(service))
    return Part("audit", "audit_well")


def of_signing(offices: OfficeTree, settings: ServiceSettings) -> Iterator[Part]:
    """What offices sign with, as the region's file says, and the settings do not have."""
    ways = {office.signature for office in offices}
    if "local" in ways and settings.signing_key is None:
        yield Part("papers", "papers_no_key")
    if "bsre" in ways and settings.bsre is None:
        yield Part("papers", "papers_no_bsre")
