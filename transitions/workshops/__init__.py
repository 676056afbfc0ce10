"""Workshops and meetings about transitions: who was asked, who came, what was agreed, and what became of it."""
