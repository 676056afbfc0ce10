"""The academic year on one screen, its deadlines and clashes."""
