"""Backups of a mall, and what comes back of them."""
