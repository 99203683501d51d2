"""The complaints desk (pengaduan), after SP4N-LAPOR!."""

from mpp.hosting.definition import ServiceDefinition

definition = ServiceDefinition(
    name="complaints",
    service_class="services.complaints.service:ComplaintsService",
    migrations=("mpp.cases.migrations",),
    answers_calls=True,
    publishes="mpp.contracts.complaints",
    follows_persons=True,
    knows_persons=True,
    gives_secrets=True,
    paper_kinds=("letter", "refusal"),
    collection="complaints",
    tracking_letter="C",
    catalogue="services.complaints.catalogue",
    hooks="services.complaints.use_cases:HOOKS",
    metrics="mpp.cases.interface.metrics:refresh",
)
