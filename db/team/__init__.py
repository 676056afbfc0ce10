"""One record for a whole team, on a PostgreSQL server: the same statements as a file takes."""
