"""What may be done with a case and what follows: `workflow` for the catalogue's actions, `built_in` for others."""
