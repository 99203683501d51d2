"""Licensing (perizinan): applications travel as cases, and what comes out is a permit with a life of its own."""

from mpp.service import ServiceDefinition

definition = ServiceDefinition(
    name="permits",
    service_class="services.permits.service:PermitsService",
    migrations="services.permits.migrations",
    collection="permits",
    tracking_letter="P",
    subscribes=("civil_registry.person.*.v1",),
    contracts="mpp.contracts.permits",
    catalogue="services.permits.catalogue",
    hooks="services.permits.use_cases:HOOKS",
    walks="services.permits.seeding:Walks",
)
