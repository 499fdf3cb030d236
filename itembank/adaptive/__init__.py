"""Adaptive tests: which item comes next under a blueprint, when to stop, and a trial of it all."""
