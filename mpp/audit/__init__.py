"""The rules of the audit trail: chained, sealed, signed, and checked (ADR 0006). Pure, but for `ledger`."""
