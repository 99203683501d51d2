"""Civil registration (administrasi kependudukan): the register of residents, births and deaths."""

from mpp.hosting.definition import ServiceDefinition

definition = ServiceDefinition(
    name="civil_registry",
    service_class="services.civil_registry.service:CivilRegistryService",
    migrations=("mpp.cases.migrations", "services.civil_registry.migrations"),
    collection="registrations",
    tracking_letter="R",
    seed="services.civil_registry.demo:demo",
    contracts="mpp.contracts.civil_registry",
    catalogue="services.civil_registry.catalogue",
    hooks="services.civil_registry.use_cases:HOOKS",
)
