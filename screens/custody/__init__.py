"""Who may open the records: the passphrase asked for, the recovery code shown once, the screen while they are locked."""
