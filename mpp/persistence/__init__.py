"""Databases, transactions, and the rows that carry the guarantees (docs/guarantees.md)."""
