"""What must hold of a version that no service has met: rules that came after versions which are in use.

A version that runs goes on as it is, so that a region's own catalogue never keeps a mall from starting.
"""

from __future__ import annotations

from collections.abc import Iterator

from mpp.casework.rules.service_type import ServiceType
from mpp.catalogue.said import said


def new_mistakes(service_type: ServiceType) -> Iterator[str]:
    """Every reason not to begin with this version, each `place: Indonesian | English`."""
    if service_type.deemed_approval and service_type.extension is not None:
        yield said(
            "extension",
            "diam berarti dikabulkan (deemed_approval), jadi kantor tidak boleh memperpanjang: hapus baris ini",
            "silence grants (deemed_approval), so no office may move the limit: take this line out",
        )
