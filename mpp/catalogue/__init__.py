"""The service catalogue: every service type of the mall, from YAML files; a bad file stops the start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path

import yaml

from mpp.casework.access.offices import OfficeTree
from mpp.casework.rules.service_type import ServiceType
from mpp.catalogue.check import mistakes
from mpp.catalogue.check_workflow import Host
from mpp.catalogue.parse import parse_file
from mpp.yaml_files import CatalogueError

__all__ = ["Catalogue", "CatalogueError", "Host", "check_file", "load"]


class Catalogue:
    """All service types by code, in their newest version."""

    def __init__(self, service_types: Iterable[ServiceType]) -> None:
        self._kinds = {service_type.code: service_type for service_type in service_types}

    def get(self, code: str) -> ServiceType | None:
        """The service type of this code, or None."""
        return self._kinds.get(code)

    def __iter__(self) -> Iterator[ServiceType]:
        return iter(sorted(self._kinds.values(), key=lambda service_type: service_type.code))

    def __len__(self) -> int:
        return len(self._kinds)


def package_folder(package: str) -> Path:
    """The folder of a package's catalogue files."""
    return Path(str(resources.files(package)))


def load(
    folders: Iterable[Path],
    *,
    offices: OfficeTree | None = None,
    hosts: Mapping[str, Host] | None = None,
) -> Catalogue:
    """Read and check every `*.yaml` of the folders. Raises CatalogueError for the first mistake.

    With `hosts` (by collection) a service type must belong to one of them and use only what it offers.
    """
    service_types: dict[str, ServiceType] = {}
    files: dict[str, Path] = {}
    for folder in folders:
        if not folder.is_dir():
            raise CatalogueError(folder.name, 1, "there is no such catalogue folder")
        for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
            service_type = check_file(path, offices=offices, hosts=hosts)
            if service_type.code in service_types:
                reason = f"code {service_type.code!r} is used by {files[service_type.code].name} already"
                raise CatalogueError(path.name, _line_of(path, "code"), reason)
            service_types[service_type.code], files[service_type.code] = service_type, path
    for service_type in service_types.values():
        for paper in service_type.requirements:
            if paper.produced_by is not None and paper.produced_by not in service_types:
                path = files[service_type.code]
                reason = f"requirements.{paper.code}: there is no service {paper.produced_by!r}"
                raise CatalogueError(path.name, _line_of(path, f"requirements.{paper.code}"), reason)
    return Catalogue(service_types.values())


def check_file(
    path: Path, *, offices: OfficeTree | None = None, hosts: Mapping[str, Host] | None = None
) -> ServiceType:
    """One file, read and checked. Raises CatalogueError."""
    service_type = parse_file(path)
    if hosts is not None and service_type.collection not in hosts:
        raise CatalogueError(path.name, _line_of(path, "collection"), f"unknown collection {service_type.collection!r}")
    host = None if hosts is None else hosts[service_type.collection]
    for reason in mistakes(service_type, offices=offices, host=host):
        raise CatalogueError(path.name, _line_of(path, reason.split(":")[0]), reason)
    return service_type


def _line_of(path: Path, where: str) -> int:
    """The line of a dotted place such as `workflow.states.signing`, or of the nearest place above it."""
    node = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    line = 1
    for part in where.split(" ")[0].split("."):
        found = _child(node, part)
        if found is None:
            break
        line, node = found
    return line


def _child(node: yaml.Node | None, part: str) -> tuple[int, yaml.Node] | None:
    """The part's line and value: a key of a mapping, or the item of a list with this `code` or `name`."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return key.start_mark.line + 1, value
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            pairs = item.value if isinstance(item, yaml.MappingNode) else []
            if any(key.value in ("code", "name") and value.value == part for key, value in pairs):
                return item.start_mark.line + 1, item
    return None
