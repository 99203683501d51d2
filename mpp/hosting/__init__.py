"""How a service of the mall is run: its definition, what its process stands on, entrypoints for calls and events."""
