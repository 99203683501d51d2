"""Licensing (perizinan): applications travel as cases, and what comes out is a permit with a life of its own."""

from mpp.cases.prerequisites.announcements import TYPES as PAPERS
from mpp.hosting.definition import ServiceDefinition

PERSONS = ("civil_registry.person.*.v1",)

definition = ServiceDefinition(
    name="permits",
    service_class="services.permits.service:PermitsService",
    migrations=("mpp.cases.migrations", "services.permits.migrations"),
    collection="permits",
    tracking_letter="P",
    subscribes=(*PERSONS, *PAPERS),
    contracts="mpp.contracts.permits",
    catalogue="services.permits.catalogue",
    hooks="services.permits.use_cases:HOOKS",
)
