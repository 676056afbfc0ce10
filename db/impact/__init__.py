"""What the figures for a committee are counted from, beside the records of pupils, plans and workshops."""
