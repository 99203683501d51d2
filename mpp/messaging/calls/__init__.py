"""Calls from the gateway to a service, each with a deadline, so that none waits for ever (guarantee 5).

A request carries its absolute deadline and expires with it; the service refuses a late one before it starts. A call
that failed is "unknown": the command may have been done, so it is repeated with the same idempotency key.

`methods` says what can be called, `client` calls, `server` answers, `messages` is what travels between them.
"""
