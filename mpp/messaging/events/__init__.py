"""Events from outbox to effect: `relay` publishes, `inbox` acts once on each. `event` is the value itself."""
