"""Which pupils, in what order, what is missed, and walking them one by one."""
