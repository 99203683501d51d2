"""Compares every service's outbox with every inbox and with the partners' feed. Begin at `comparison`."""
