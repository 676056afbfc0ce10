"""A plan and its blank forms on paper: as a Word document, a web page and plain text."""
