"""The SEN2 return of a council: its modules read together, compared with the records, and taken in where they have a gap."""
