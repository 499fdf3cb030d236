"""Parallel forms: one linear model of a form, its relaxation, a search, conflicts, and draws."""
