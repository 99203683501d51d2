"""What must stand before a start: databases, roles, queues, accounts, secrets."""
