"""The region that one installation serves, from one YAML file, and every place of Indonesia by its code."""

from __future__ import annotations

from pathlib import Path

from mpp.regions.office_file import Region, read_region
from mpp.regions.places import REGENCY, exists, region_name
from mpp.yaml_files import CatalogueError

__all__ = ["REGENCY", "Region", "exists", "load", "read_region", "region_name", "shipped"]

_SHIPPED = Path(__file__).parent / "data"


def load(region: str) -> Region:
    """The shipped region of this Kemendagri code (`35.15`), or the one in the file at this path.

    Raises CatalogueError, one line with file, line and reason; nothing is half loaded.
    """
    path = Path(region) if region.endswith((".yaml", ".yml")) else _SHIPPED / f"{region}.yaml"
    if not path.is_file():
        found = ", ".join(shipped())
        raise CatalogueError(path.name, 1, f"there is no such region file (shipped: {found}; docs/regions.md)")
    return read_region(path)


def shipped() -> list[str]:
    """The codes of the regions that come with the mall."""
    return sorted(path.stem for path in _SHIPPED.glob("*.yaml"))
