"""The lists of pupils and of promised actions, read window by window."""
