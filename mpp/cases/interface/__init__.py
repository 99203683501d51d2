"""The RPC interface of a case service: `methods` is the table, `answers` binds it, `service` is how nameko hosts it.

What is sent and what comes back with each method are `payloads` and `results`; the gateway reads the table as well.
"""
