"""The ways to a person: a port, and what speaks HTTP or SMTP behind it."""
