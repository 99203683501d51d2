"""The audit trail in a database: written by `trail`, chained by `sealer`, proved by `check`."""
