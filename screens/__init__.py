"""What people see: one file a screen, one file a widget."""
