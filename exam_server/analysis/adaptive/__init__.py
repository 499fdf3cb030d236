"""The analysis of an adaptive exam session: its items against their parameters, not against p."""
