"""Walks as each role over the demonstration."""
