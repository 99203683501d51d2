"""The mall itself brought back from a backup, on a server of its own with the accounts that `mpp prepare` makes."""
