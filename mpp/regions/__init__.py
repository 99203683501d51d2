"""The region that one installation serves, from one folder, and every place of Indonesia by its code."""

from __future__ import annotations

from mpp.regions.folder import DEFAULT, find, here, shipped
from mpp.regions.office_file import Region, read_region
from mpp.regions.places import REGENCY, exists, region_name
from mpp.yaml_files import CatalogueError, read

__all__ = [
    "DEFAULT",
    "REGENCY",
    "Region",
    "code_of",
    "exists",
    "find",
    "here",
    "load",
    "read_region",
    "region_name",
    "shipped",
]


def load(region: str) -> Region:
    """The shipped region of this Kemendagri code (`35.15`), or the one of the folder at this path.

    Raises CatalogueError, one line with file, line and reason; nothing is half loaded.
    """
    return read_region(find(region).file)


def code_of(region: str) -> str | None:
    """The code that its file says, whatever else is wrong with it; None where not even that can be read."""
    try:
        return read(find(region).file).text("code")
    except CatalogueError:
        return None
