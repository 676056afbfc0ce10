"""The rules, use cases, imports, exports and command line of transition planning."""
