"""What plans hold, read for screens, documents and commands."""
