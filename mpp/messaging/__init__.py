"""Events and calls between the services: outbox relay, inbox, RPC with deadlines, and the brokers under them."""
