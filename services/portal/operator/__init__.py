"""What an operator sees after signing in: the state of the mall, what failed, accounts, numbers, days off, offices."""
