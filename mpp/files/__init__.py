"""Uploaded documents in a folder, by the hash of their content (ADR 0007). Knows no case, database or web."""
