"""What may be done with a case and what follows: `workflow` for the catalogue's actions, `built_in` for the mall's own,
`case_clocks` and `alarms` for what becomes due."""
