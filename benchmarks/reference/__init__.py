"""Figures of ``scoring`` beside those that other tools computed from the same data."""
