"""Forms drawn from the catalogue: what a service or an action asks for, and what was typed into it."""
