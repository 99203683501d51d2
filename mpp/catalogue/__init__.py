"""The service catalogue: every service type of the mall, from YAML files; a bad file stops the start."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import TypeAlias

import yaml

from mpp.casework.access.offices import OfficeTree
from mpp.casework.rules.linked import LinkedService
from mpp.casework.rules.prerequisites import issues_papers
from mpp.casework.rules.service_type import Requirement, ServiceType
from mpp.catalogue.check import missing_offices, mistakes
from mpp.catalogue.check_new import new_mistakes
from mpp.catalogue.check_workflow import Host
from mpp.catalogue.linked import LINKED, linked_mistakes, read_linked
from mpp.catalogue.parse import CASE, parse_section
from mpp.yaml_files import CatalogueError, Faults, read

__all__ = [
    "Catalogue",
    "CatalogueError",
    "Host",
    "LinkedService",
    "check_file",
    "examine",
    "examine_file",
    "fault_at",
    "faults_of_new",
    "load",
    "missing_offices",
]


Service: TypeAlias = ServiceType | LinkedService


class Catalogue:
    """All service types that are offered, by code, in their newest version; and the services of other applications,
    which are `linked` and have no case."""

    def __init__(
        self,
        service_types: Iterable[ServiceType],
        paths: Mapping[str, Path] | None = None,
        left_out: Iterable[ServiceType] = (),
        linked: Iterable[LinkedService] = (),
    ) -> None:
        self._kinds = {service_type.code: service_type for service_type in service_types}
        self._paths = dict(paths or {})
        self.left_out = tuple(left_out)
        self.linked = {each.code: each for each in sorted(linked, key=lambda each: each.code)}

    def get(self, code: str) -> ServiceType | None:
        """The service type of this code, or None."""
        return self._kinds.get(code)

    def path_of(self, code: str) -> Path:
        """The file of a service that was read from one."""
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
    for service in (*catalogue, *catalogue.linked.values()):
        faults += _without_office(service, catalogue.path_of(service.code), offices)
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
    found: dict[str, tuple[Service, Path]] = {}
    faults: list[CatalogueError] = []
    left_out: list[ServiceType] = []
    broken: set[str] = set()  # what cannot be read is not missing as well
    for folder, dropped in [*((folder, without) for folder in folders), *([(own, ())] if own else [])]:
        if not folder.is_dir():
            told = "folder katalog ini tidak ada | there is no such catalogue folder"
            faults.append(CatalogueError(folder.name, 1, told))
            continue
        for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
            service, wrong = examine_file(path, hosts=hosts)
            faults += wrong
            if service is None:
                broken |= _codes(path)
            elif service.code in dropped and isinstance(service, ServiceType):
                left_out.append(service)
            elif service.code in found:
                faults.append(_twice(service, path, found[service.code][1], shipped=folder != own))
            else:
                found[service.code] = (service, path)
    kinds = {code: each for code, (each, _) in found.items() if isinstance(each, ServiceType)}
    paths = {code: path for code, (_, path) in found.items()}
    faults += _papers_of_nobody(kinds, paths, broken, hosts, without)
    linked = [each for each, _ in found.values() if isinstance(each, LinkedService)]
    return Catalogue(kinds.values(), paths, left_out, linked), faults


def _papers_of_nobody(
    kinds: Mapping[str, ServiceType],
    paths: Mapping[str, Path],
    broken: Collection[str],
    hosts: Mapping[str, Host] | None,
    without: Collection[str],
) -> Iterator[CatalogueError]:
    """Requirements of papers that no service of the mall issues, or of which no event would tell."""
    for code, service_type in kinds.items():
        for paper in (each for each in service_type.requirements if each.produced_by is not None):
            where, issuer = f"requirements.{paper.code}", kinds.get(str(paper.produced_by))
            if issuer is None and paper.produced_by not in broken:
                left = paper.produced_by in without
                yield fault_at(paths[code], f"{where}: {_nobody(code, paper, left)}")
            elif issuer is not None and not _told_of(service_type, issuer, hosts):
                yield fault_at(paths[code], f"{where}: {_nothing_tells(paper)}")


def check_file(
    path: Path, *, offices: OfficeTree | None = None, hosts: Mapping[str, Host] | None = None
) -> ServiceType:
    """The service type of one file, read and checked. Raises CatalogueError for the first mistake."""
    service, faults = examine_file(path, hosts=hosts)
    if service is not None:
        faults += _without_office(service, path, offices)
    if faults:
        raise faults[0]
    if not isinstance(service, ServiceType):
        raise CatalogueError(path.name, 1, "bukan layanan dengan berkas | this is no service with cases")
    return service


def examine_file(path: Path, *, hosts: Mapping[str, Host] | None = None) -> tuple[Service | None, list[CatalogueError]]:
    """The service of the file (None where it cannot be read), and everything that is wrong with it but offices."""
    faults: list[CatalogueError] = []
    try:
        service = _read(path, faults)
    except CatalogueError as error:
        faults.append(error)
    if faults:
        return None, sorted(faults, key=lambda fault: fault.line)
    if isinstance(service, LinkedService):
        return service, [fault_at(path, reason) for reason in linked_mistakes(service)]
    return service, _wrong_with(service, path, hosts)


def _read(path: Path, faults: Faults) -> Service:
    top = read(path, faults)
    if top.choice("kind", (CASE, LINKED), CASE) == LINKED:
        return read_linked(top)
    return parse_section(top, path.read_text("utf-8"))


def _wrong_with(service_type: ServiceType, path: Path, hosts: Mapping[str, Host] | None) -> list[CatalogueError]:
    if hosts is not None and service_type.collection not in hosts:
        known = ", ".join(sorted(hosts))
        told = f"{service_type.collection!r} tidak dikenal; yang ada {known}"
        english = f"unknown collection {service_type.collection!r}; there are {known}"
        return [fault_at(path, f"collection: {told} | {english}")]
    host = None if hosts is None else hosts[service_type.collection]
    return [fault_at(path, reason) for reason in mistakes(service_type, host=host)]


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


def _without_office(service: Service, path: Path, offices: OfficeTree | None) -> Iterator[CatalogueError]:
    for where, office in missing_offices(service, offices):
        told = f"{where}: kantor {office!r} tidak ada di wilayah ini | {office!r} is not an office of this region"
        yield fault_at(path, told)


def _twice(service: Service, path: Path, other: Path, *, shipped: bool) -> CatalogueError:
    told = f"code {service.code!r} sudah dipakai {other.name}"
    english = f"code {service.code!r} is used by {other.name} already"
    if not shipped:
        way = f"services: {{without: [{service.code}]}}"
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
