"""The portal: what citizens, clerks and officials see in a browser. A client of the HTTP interface, of nothing else."""

from mpp.hosting.pages import PagesDefinition

pages = PagesDefinition(
    name="portal",
    inside="services.portal.app:inside",
    apart="services.portal.apart:serve",
    instead=("/", "/lacak"),
    uploads=r"/(kasus/[a-z_]+/[^/]+/berkas/[a-z0-9_]+|berkas/unggah/[a-z0-9_]+|surat/[0-9a-f-]+/pindaian)",
)
