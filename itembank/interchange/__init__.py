"""Question banks of other makers, read into draft items."""
