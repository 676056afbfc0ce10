"""Workshops with their registers, and the figures drawn from them."""
