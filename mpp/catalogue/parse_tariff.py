"""From a YAML section to a row of the tariff (`fees`)."""

from __future__ import annotations

from mpp.casework.rules.tariff import TariffRow
from mpp.yaml_files import Section


def read_fee(section: Section) -> TariffRow:
    """One row. Raises CatalogueError."""
    until = section.day("until") if section.has("until") else None
    row = TariffRow(section.day("from"), section.integer("amount"), until)
    if until is not None and until < row.valid_from:
        section.refuse("until lebih awal daripada from | until lies before from")
    if row.amount < 0:
        section.refuse("amount tidak boleh negatif | amount must not be negative", "amount")
    section.done()
    return row
