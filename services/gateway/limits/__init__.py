"""How often somebody may try something: counted in the database, so that every copy of the gateway counts along."""
