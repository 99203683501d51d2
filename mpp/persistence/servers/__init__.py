"""What an administrator does with a database server: roles, its log, copies, and databases in the place of others."""
