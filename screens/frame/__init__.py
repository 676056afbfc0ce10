"""What every screen stands in: the app, commands, help, dialogs, base screens, colours."""
