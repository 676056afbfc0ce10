"""A pack on paper, for a school without this program: a cover list, a page for each pupil, and a slip to send back."""
