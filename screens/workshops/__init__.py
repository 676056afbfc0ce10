"""The register of workshops, one workshop, and the figures."""
