"""Unusual patterns of answers: facts for a person to look at, never a verdict."""
