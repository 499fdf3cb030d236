"""How fast and how exact the figures of measurement are."""
