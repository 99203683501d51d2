"""Signed tokens of sessions: made by the gateway, verified by every service."""
