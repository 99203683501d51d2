"""The gateway: the mall's one door. Accounts and tokens, the HTTP interface, the partners' feed."""

from mpp.hosting.definition import ServiceDefinition

definition = ServiceDefinition(
    name="gateway",
    service_class="services.gateway.service:Gateway",
    migrations=("services.gateway.migrations",),
    calls_services=True,
    subscribes=("#",),
    signs_tokens=True,
    publishes_keys=True,
    keeps_documents=True,
    metrics="services.gateway.reconciling.metrics:refresh",
    seed="services.gateway.accounts.seed:demo",
    takes_demo="services.gateway.accounts.demo:takes_demo",
    warnings="services.gateway.warnings:warnings",
    restored="services.gateway.feed.epochs.beginning:after_restore",
    first_account="services.gateway.accounts.first:operator",
    first_official="services.gateway.accounts.first:official",
    walk="services.gateway.demo.walk:demo",
)
