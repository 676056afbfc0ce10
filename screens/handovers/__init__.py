"""The board, one handover, packs and the inbox."""
