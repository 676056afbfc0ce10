"""The caseload, the missed list, the walk and Today."""
