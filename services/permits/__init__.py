"""Licensing (perizinan): applications travel as cases, and what comes out is a permit with a life of its own."""

from mpp.hosting.announcing import PaperEvents
from mpp.hosting.definition import ServiceDefinition

definition = ServiceDefinition(
    name="permits",
    service_class="services.permits.service:PermitsService",
    migrations=("mpp.cases.migrations", "services.permits.migrations"),
    answers_calls=True,
    publishes="mpp.contracts.permits",
    follows_persons=True,
    follows_papers=True,
    paper_events=PaperEvents(
        issued=("permits.permit.issued.v1",),
        in_force_again=("permits.permit.corrected.v1", "permits.permit.reinstated.v1"),
        not_coming=(
            ("permits.application.rejected.v1", "rejected"),
            ("permits.application.refusal_final.v1", "rejected"),
            ("permits.application.withdrawn.v1", "withdrawn"),
        ),
        lost=(
            ("permits.permit.suspended.v1", "suspended"),
            ("permits.permit.revoked.v1", "revoked"),
            ("permits.permit.superseded.v1", "superseded"),
            ("permits.permit.expired.v1", "expired"),
            ("permits.permit.lapsed.v1", "lapsed"),
        ),
    ),
    shares_papers=True,
    knows_persons=True,
    gives_secrets=True,
    paper_kinds=("permit", "letter", "levy", "refusal", "deemed"),
    collection="permits",
    tracking_letter="P",
    catalogue="services.permits.catalogue",
    hooks="services.permits.use_cases:HOOKS",
    metrics="mpp.cases.interface.metrics:refresh",
)
