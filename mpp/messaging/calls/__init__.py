"""Calls from the gateway to a service, each with a deadline."""
