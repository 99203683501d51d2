"""What may be done with a case and what follows: `workflow` for the catalogue's actions, `built_in` for the mall's own,
`case_clocks` and `thresholds` for what becomes due."""
