"""The RPC interface of a case service.

`methods` is the table of what can be called, with `payloads` and `results`; the gateway reads it as well. `answers`
binds the table to the commands and queries of casework, and `service` is how nameko hosts that.
"""
