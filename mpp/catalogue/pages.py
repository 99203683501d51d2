"""A service type as people read it: its workflow as a Mermaid graph, and the page in docs/services/."""

from __future__ import annotations

from collections.abc import Iterable

from mpp.casework.rules.linked import LinkedService
from mpp.casework.rules.service_type import Action, FormField, ServiceType, State, TaskSpec, Text
from mpp.catalogue.parse import INTERNAL, PUBLISHED

_COMPONENTS = {
    "requirements": "Persyaratan | Requirements",
    "procedure": "Sistem, mekanisme dan prosedur | Procedure",
    "duration": "Jangka waktu pelayanan | Duration",
    "fee": "Biaya/tarif | Fee",
    "product": "Produk pelayanan | Product",
    "complaints": "Penanganan pengaduan | Complaints",
    "legal_basis": "Dasar hukum | Legal basis",
    "facilities": "Sarana dan prasarana | Facilities",
    "competence": "Kompetensi pelaksana | Competence",
    "supervision": "Pengawasan internal | Supervision",
    "staff": "Jumlah pelaksana | Staff",
    "guarantee": "Jaminan pelayanan | Guarantee",
    "safety": "Jaminan keamanan | Safety",
    "evaluation": "Evaluasi kinerja | Evaluation",
}

_HEAD = 5  # lines of a table without rows
_DIVISIONS = {"district": ("kecamatan", "district"), "day": ("hari", "day")}


def graph(service_type: ServiceType) -> str:
    """The workflow as a Mermaid state diagram, labels in Indonesian."""
    lines = ["stateDiagram-v2"]
    for state in service_type.states.values():
        lines.append(f'    state "{_plain(state.label)}" as {state.code}')
    lines.append(f"    [*] --> {service_type.initial}")
    if service_type.initial_incomplete is not None:
        lines.append(f"    [*] --> {service_type.initial_incomplete}: berkas belum lengkap")
    for action in service_type.actions.values():
        for source in action.from_states:
            for target, label in _targets(action, service_type.states[source]):
                lines.append(f"    {source} --> {target}: {label}")
    lines += [f"    {state.code} --> [*]" for state in service_type.states.values() if state.final]
    return "\n".join(lines) + "\n"


def _targets(action: Action, state: State) -> list[tuple[str, str]]:
    label = _plain(action.label)
    if action.to is not None:
        return [(action.to, label)]
    if state.join is None:
        return []
    refuses = action.outcome == "refused" and state.join.refused is not None
    return [(state.join.refused or state.join.to, label)] if refuses else [(state.join.to, label)]


def index(service_types: Iterable[ServiceType], linked: Iterable[LinkedService]) -> str:
    """The page that lists the service types, with the size of each way, and what other applications serve."""
    lines = [
        "# Layanan (services)",
        "",
        "| Layanan (service) | Pemilik (owner) | Keadaan (states) | Tugas (tasks) | Tindakan (actions) | Baris YAML |",
        "|---|---|---|---|---|---|",
    ]
    for service_type in service_types:
        code, name = service_type.code, service_type.name
        tasks = sum(len(state.tasks) for state in service_type.states.values())
        size = (len(service_type.states), tasks, len(service_type.actions), len(service_type.source.splitlines()))
        link = f"[{code}]({code.lower()}.md) {name['id']} ({name['en']})"
        lines.append(f"| {link} | {service_type.owner} | {' | '.join(map(str, size))} |")
    return "\n".join([*lines, *_linked(linked)]) + "\n"


def _linked(linked: Iterable[LinkedService]) -> list[str]:
    lines = [
        "",
        "## Tertaut (linked: another application serves them)",
        "",
        "| Layanan (service) | Pemilik (owner) | Loket | Alamat (address) | Belum dipastikan (unconfirmed) |",
        "|---|---|---|---|---|",
    ]
    for each in linked:
        name = f"{each.code} {each.name['id']} ({each.name['en']})"
        open_ = ", ".join(default.key for default in each.defaults) or "-"
        lines.append(f"| {name} | {each.owner} | {each.loket['id']} | {each.address or '-'} | {open_} |")
    return lines if len(lines) > _HEAD else []


def page(service_type: ServiceType) -> str:
    """The page of a service type, as Markdown. Deterministic: a test compares it with the committed one."""
    parts = [
        f"# {service_type.code}: {service_type.name['id']} ({service_type.name['en']})",
        "",
        "Dibuat dari berkas katalog; jangan disunting. Generated from the catalogue file; do not edit.",
        "",
        *_facts(service_type),
        "",
        "## Alur (workflow)",
        "",
        "```mermaid",
        graph(service_type).rstrip(),
        "```",
        "",
        *_states(service_type),
        "",
        *_actions(service_type),
        "",
        *_requirements(service_type),
        *_form(service_type),
        *_defaults(service_type),
        *_standard(service_type),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _facts(service_type: ServiceType) -> list[str]:
    fee = service_type.fees[-1].amount if service_type.fees else None
    rows = [
        ("Versi (version)", str(service_type.version)),
        ("Koleksi (collection)", service_type.collection),
        ("Pemilik (owner)", service_type.owner),
        ("Tingkat (level)", service_type.level),
        ("Peristiwa hidup (life events)", ", ".join(service_type.life_events) or "-"),
        ("Janji layanan (SLA)", str(service_type.sla)),
        ("Tarif (fee)", "-" if fee is None else f"Rp {fee:,}".replace(",", ".")),
        ("Nomor (number)", _number(service_type)),
        ("Masa berlaku, tahun (validity, years)", str(service_type.validity_years or "-")),
        ("Dianggap dikabulkan (deemed approval)", "ya (yes)" if service_type.deemed_approval else "tidak (no)"),
    ]
    return ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]


def _number(service_type: ServiceType) -> str:
    """How the numbers of its documents are written, and of what each book is."""
    series = service_type.number
    if series is None:
        return "-"
    per = [_DIVISIONS[each] for each in series.per]
    mulai = f"; mulai dari 1 per {' dan '.join(id_ for id_, _ in per)}" if per else ""
    begins = f" (begins at 1 for each {' and '.join(en for _, en in per)})" if per else ""
    return f"`{series.template.text}`{mulai}{begins}"


def _states(service_type: ServiceType) -> list[str]:
    lines = ["| Keadaan (state) | Label | Jam (clock) | Tugas (tasks) |", "|---|---|---|---|"]
    for state in service_type.states.values():
        tasks = "; ".join(f"{t.code}: {t.role} @ {t.office}{_time_of(t)}" for t in state.tasks)
        lines.append(f"| `{state.code}` | {state.label['id']} ({state.label['en']}) | {state.clock} | {tasks or '-'} |")
    return lines


def _time_of(task: TaskSpec) -> str:
    if task.of_levy:
        return ", levy.due"
    return f", {task.sla}" if task.sla else ""


def _actions(service_type: ServiceType) -> list[str]:
    lines = [
        "| Tindakan (action) | Dari (from) | Ke (to) | Peran (roles) | Peristiwa (event) |",
        "|---|---|---|---|---|",
    ]
    for action in service_type.actions.values():
        goes = action.to or "gabungan tugas (join)"
        origin, roles = ", ".join(action.from_states), ", ".join(action.roles)
        name = f"`{action.code}` {action.label['id']} ({action.label['en']})"
        lines.append(f"| {name} | {origin} | {goes} | {roles} | {action.event} |")
    return lines


def _requirements(service_type: ServiceType) -> list[str]:
    if not service_type.requirements:
        return []
    lines = ["## Persyaratan (requirements)", ""]
    for requirement in service_type.requirements:
        need = "wajib (required)" if requirement.required else "bila ada (optional)"
        if requirement.when is not None:
            values = ", ".join(str(value) for value in requirement.when.values)
            need += f", bila (when) {requirement.when.field}: {values}"
        if requirement.produced_by is not None:
            need += f"; diterbitkan mal (issued by the mall): {requirement.produced_by}"
        if requirement.public:
            need += "; fotonya untuk umum (its photos are public)"
        lines.append(f"- `{requirement.code}` {requirement.name['id']} ({requirement.name['en']}): {need}")
    return [*lines, ""]


def _form(service_type: ServiceType) -> list[str]:
    lines = ["## Isian (form)", ""]
    for field in service_type.form:
        lines += _field(field, "")
    return [*lines, ""]


def _field(field: FormField, indent: str) -> list[str]:
    need = "wajib" if field.required else "opsional"
    choices = ": " + ", ".join(value for value, _ in field.choices) if field.choices else ""
    line = f"{indent}- `{field.name}` {field.label['id']} ({field.label['en']}), {field.type}{choices}, {need}"
    return [line, *(nested for inner in field.fields for nested in _field(inner, indent + "  "))]


def _defaults(service_type: ServiceType) -> list[str]:
    if not service_type.defaults:
        return []
    lines = ["## Nilai awal yang diatur daerah (defaults that the region sets)", ""]
    lines += ["Bukan angka dari undang-undang: daerah menetapkannya. Not the law's figures: the region decides.", ""]
    for default in service_type.defaults:
        lines += [f"- `{place}`: {value}" for place, value in default.places]
    return [*lines, ""]


def _standard(service_type: ServiceType) -> list[str]:
    lines = ["## Standar pelayanan (service standard, UU 25/2009 art. 21)", ""]
    for key in (*PUBLISHED, *INTERNAL):
        text = service_type.standard[key]
        lines.append(f"- {_COMPONENTS[key]}: {text['id']} ({text['en']})")
    return lines


def _plain(text: Text) -> str:
    return text["id"].replace('"', "'").replace(":", " ")
