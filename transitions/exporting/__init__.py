"""What leaves the program as files: spreadsheets and CSV that cannot run anything and come back unchanged."""
