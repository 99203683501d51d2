"""The service catalogue: every service type of the mall, from YAML files; a bad file stops the start."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path

import yaml

from mpp.casework.access.offices import OfficeTree
from mpp.casework.rules.prerequisites import issues_papers
from mpp.casework.rules.service_type import Requirement, ServiceType
from mpp.catalogue.check import missing_offices, mistakes
from mpp.catalogue.check_new import new_mistakes
from mpp.catalogue.check_workflow import Host
from mpp.catalogue.parse import parse_file
from mpp.yaml_files import CatalogueError

__all__ = [
    "Catalogue",
    "CatalogueError",
    "Host",
    "check_file",
    "examine",
    "examine_file",
    "fault_at",
    "faults_of_new",
    "load",
    "missing_offices",
]


class Catalogue:
    """All service types that are offered, by code, in their newest version."""

    def __init__(
        self,
        service_types: Iterable[ServiceType],
        paths: Mapping[str, Path] | None = None,
        left_out: Iterable[ServiceType] = (),
    ) -> None:
        self._kinds = {service_type.code: service_type for service_type in service_types}
        self._paths = dict(paths or {})
        self.left_out = tuple(left_out)

    def get(self, code: str) -> ServiceType | None:
        """The service type of this code, or None."""
        return self._kinds.get(code)

    def path_of(self, code: str) -> Path:
        """The file of a service type that was read from one."""
        return self._paths[code]

    def __iter__(self) -> Iterator[ServiceType]:
        return iter(sorted(self._kinds.values(), key=lambda service_type: service_type.code))

    def with_left_out(self) -> Iterator[ServiceType]:
        """Also those that the region offers no longer: what was opened on them is still paid, numbered and signed."""
        yield from self
        yield from self.left_out

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
    catalogue, faults = examine(folders, hosts=hosts)
    for service_type in catalogue:
        faults += _without_office(service_type, catalogue.path_of(service_type.code), offices)
    if faults:
        raise faults[0]
    return catalogue


def examine(
    folders: Iterable[Path],
    own: Path | None = None,
    *,
    hosts: Mapping[str, Host] | None = None,
    without: Collection[str] = (),
) -> tuple[Catalogue, list[CatalogueError]]:
    """Every service type that can be read, and everything that is wrong with the files; where anything is, nobody uses
    the catalogue but to look for more.

    `folders` come with the mall, `own` is the region's. `without` are types that come with the mall and are not
    offered: one of the region's own may stand in its place, and nothing may need what it would issue. Offices are not
    looked at.
    """
    found: dict[str, tuple[ServiceType, Path]] = {}
    faults: list[CatalogueError] = []
    left_out: list[ServiceType] = []
    broken: set[str] = set()  # what cannot be read is not missing as well
    for folder, dropped in [*((folder, without) for folder in folders), *([(own, ())] if own else [])]:
        if not folder.is_dir():
            told = "folder katalog ini tidak ada | there is no such catalogue folder"
            faults.append(CatalogueError(folder.name, 1, told))
            continue
        for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
            service_type, wrong = examine_file(path, hosts=hosts)
            faults += wrong
            if service_type is None:
                broken |= _codes(path)
                continue
            if service_type.code in dropped:
                left_out.append(service_type)
                continue
            if service_type.code in found:
                faults.append(_twice(service_type, path, found[service_type.code][1], shipped=folder != own))
                continue
            found[service_type.code] = (service_type, path)
    for service_type, path in found.values():
        for paper in (each for each in service_type.requirements if each.produced_by is not None):
            where, issuer = f"requirements.{paper.code}", found.get(str(paper.produced_by))
            if issuer is None and paper.produced_by not in broken:
                left = paper.produced_by in without
                faults.append(fault_at(path, f"{where}: {_nobody(service_type.code, paper, left)}"))
            elif issuer is not None and not _told_of(service_type, issuer[0], hosts):
                faults.append(fault_at(path, f"{where}: {_nothing_tells(paper)}"))
    paths = {code: path for code, (_, path) in found.items()}
    return Catalogue((kind for kind, _ in found.values()), paths, left_out), faults


def check_file(
    path: Path, *, offices: OfficeTree | None = None, hosts: Mapping[str, Host] | None = None
) -> ServiceType:
    """One file, read and checked. Raises CatalogueError for the first mistake."""
    service_type, faults = examine_file(path, hosts=hosts)
    if service_type is not None:
        faults += _without_office(service_type, path, offices)
    if faults or service_type is None:
        raise faults[0]
    return service_type


def examine_file(
    path: Path, *, hosts: Mapping[str, Host] | None = None
) -> tuple[ServiceType | None, list[CatalogueError]]:
    """The service type of the file (None where it cannot be read), and everything that is wrong with it but offices."""
    faults: list[CatalogueError] = []
    try:
        service_type = parse_file(path, faults)
    except CatalogueError as error:
        faults.append(error)
    if faults:
        return None, sorted(faults, key=lambda fault: fault.line)
    if hosts is not None and service_type.collection not in hosts:
        known = ", ".join(sorted(hosts))
        told = f"{service_type.collection!r} tidak dikenal; yang ada {known}"
        english = f"unknown collection {service_type.collection!r}; there are {known}"
        return service_type, [fault_at(path, f"collection: {told} | {english}")]
    host = None if hosts is None else hosts[service_type.collection]
    return service_type, [fault_at(path, reason) for reason in mistakes(service_type, host=host)]


def faults_of_new(service_type: ServiceType) -> list[CatalogueError]:
    """What keeps a version from being begun with; one that is in use already goes on (see `check_new`)."""
    found = list(new_mistakes(service_type))
    return [CatalogueError(service_type.file, _line_in(service_type.source, r.split(":")[0]), r) for r in found]


def _codes(path: Path) -> set[str]:
    """The code of a file that has a mistake, if it can be read so far."""
    try:
        node = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return set()
    found = _child(node, "code")
    return {str(found[1].value)} if found is not None else set()


def fault_at(path: Path, reason: str) -> CatalogueError:
    """A mistake that begins with its place in the file, such as `workflow.states.signing: ...`."""
    return CatalogueError(path.name, _line_of(path, reason.split(":")[0]), reason)


def _without_office(service_type: ServiceType, path: Path, offices: OfficeTree | None) -> Iterator[CatalogueError]:
    for where, office in missing_offices(service_type, offices):
        told = f"{where}: kantor {office!r} tidak ada di wilayah ini | {office!r} is not an office of this region"
        yield fault_at(path, told)


def _twice(service_type: ServiceType, path: Path, other: Path, *, shipped: bool) -> CatalogueError:
    told = f"code {service_type.code!r} sudah dipakai {other.name}"
    english = f"code {service_type.code!r} is used by {other.name} already"
    if not shipped:
        way = f"services: {{without: [{service_type.code}]}}"
        told += f"; bila ini gantinya, tulis {way} di berkas wilayah"
        english += f"; where this one takes its place, write {way} in the region's file"
    return CatalogueError(path.name, _line_of(path, "code"), f"{told} | {english}")


def _nobody(code: str, paper: Requirement, left_out: bool) -> str:
    """Nobody issues this paper: in words, with what would be right."""
    if not left_out:
        return f"tidak ada layanan {paper.produced_by!r} | there is no service {paper.produced_by!r}"
    return (
        f"{code} memerlukan {paper.name['id']} dari layanan {paper.produced_by}, yang ditinggalkan (services.without): "
        f"tinggalkan {code} juga, atau tulis {code} sendiri di catalogue/ tanpa produced_by | {code} needs what "
        f"{paper.produced_by} issues, which is left out (services.without): leave {code} out as well, or write a "
        f"{code} of your own in catalogue/ without produced_by"
    )


def _told_of(service_type: ServiceType, issuer: ServiceType, hosts: Mapping[str, Host] | None) -> bool:
    """Whether an event can ever fulfil the requirement: the service of both announces what it issues (ADR 0010), or
    both share papers and the issuer makes one (ADR 0025)."""
    if hosts is None or issuer.collection not in hosts:
        return True
    theirs, mine = hosts[issuer.collection], hosts[service_type.collection]
    if issuer.collection == service_type.collection and theirs.announces:
        return True
    return theirs.shares and mine.shares and issues_papers(issuer)


def _nothing_tells(paper: Requirement) -> str:
    return (
        f"tidak ada peristiwa yang memberi tahu layanan ini tentang surat {paper.produced_by}: tulis tanpa "
        "produced_by, lalu petugas mencentangnya setelah melihat suratnya | no event tells this service of what "
        f"{paper.produced_by} issues: write it without produced_by, and a clerk ticks it after seeing the paper"
    )


def _line_of(path: Path, where: str) -> int:
    return _line_in(path.read_text("utf-8"), where)


def _line_in(source: str, where: str) -> int:
    """The line of a dotted place such as `workflow.states.signing`, or of the nearest place above it."""
    node = yaml.compose(source, Loader=yaml.SafeLoader)
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
