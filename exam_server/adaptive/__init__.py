"""Adaptive practice: plans tried out before they may be used, and practising item by item."""
