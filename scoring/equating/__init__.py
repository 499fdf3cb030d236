"""Scores of one form in terms of another: equating by totals, by anchors, by items."""
