"""The tables, the engine, the journal, migrations and backups."""
