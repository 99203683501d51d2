"""The embedded PostgreSQL, and the check of a database's schema."""
