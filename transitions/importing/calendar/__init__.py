"""Calendar files: tables of dates and iCalendar, read as terms, dates and workshops."""
