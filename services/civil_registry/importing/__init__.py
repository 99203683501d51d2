"""Filling the register of residents from files: format, checks, report, and the way into the register (ADR 0033)."""
