"""Lists, panels and forms that know nothing about pupils: what they show is handed to them."""
