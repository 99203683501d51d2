"""Civil registration (administrasi kependudukan): the register of residents, births and deaths."""

from mpp.hosting.announcing import PersonEvents
from mpp.hosting.definition import CommandGroup, ServiceDefinition

definition = ServiceDefinition(
    name="civil_registry",
    service_class="services.civil_registry.service:CivilRegistryService",
    migrations=("mpp.cases.migrations", "services.civil_registry.migrations"),
    answers_calls=True,
    publishes="mpp.contracts.civil_registry",
    person_events=PersonEvents(
        told=("civil_registry.person.*.v1",),
        deceased=("civil_registry.person.deceased.v1",),
        many=("civil_registry.person.listed.v1",),
    ),
    shares_papers=True,
    knows_persons=True,
    gives_secrets=True,
    paper_kinds=("certificate", "card", "letter", "refusal", "deemed"),
    collection="registrations",
    tracking_letter="R",
    catalogue="services.civil_registry.catalogue",
    hooks="services.civil_registry.use_cases:HOOKS",
    metrics="mpp.cases.interface.metrics:refresh",
    proofs="services.civil_registry.register.proving:proofs",
    seed="services.civil_registry.demo:demo",
    commands=(
        CommandGroup(
            "residents",
            "services.civil_registry.commands:app",
            "register penduduk: periksa, impor, ekspor berkas (residents: check, import, export files)",
        ),
    ),
)
