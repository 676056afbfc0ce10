"""The dates of a year: terms, own dates, and how much falls on each day."""
