"""What keeps the records safe: keys, backups, what is damaged, who looked, what was sealed and what is erased."""
