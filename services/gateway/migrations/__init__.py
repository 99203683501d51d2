"""The schema of the gateway's database, step by step."""
