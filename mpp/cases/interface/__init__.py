"""The RPC interface of a case service: `rpc` as plain methods, `service` as nameko hosts it."""
