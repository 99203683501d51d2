"""Tracking codes, verification codes, the parts of legal numbers."""
