"""Signed tokens, of sessions and of calls: made by the gateway, verified by whom they are addressed to."""
