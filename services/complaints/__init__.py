"""The complaints desk (pengaduan), after SP4N-LAPOR!."""

from mpp.hosting.definition import ServiceDefinition

definition = ServiceDefinition(
    name="complaints",
    service_class="services.complaints.service:ComplaintsService",
    migrations=("mpp.cases.migrations",),
    collection="complaints",
    tracking_letter="C",
    subscribes=("civil_registry.person.*.v1",),
    contracts="mpp.contracts.complaints",
    catalogue="services.complaints.catalogue",
    hooks="services.complaints.use_cases:HOOKS",
)
