"""The contents of documents: receiving them, keeping them, removing what no case refers to (ADR 0007)."""
