"""Equating: what marks of one form are worth on another, and results that use it."""
