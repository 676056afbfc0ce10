"""Where the records are kept, and whether the file is sound."""
