"""What handovers hold, read for screens, packs and commands."""
