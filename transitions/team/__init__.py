"""The people who use the program: who they are, and what each left on the desk."""
