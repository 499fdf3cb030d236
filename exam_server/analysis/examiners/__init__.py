"""Examiners: how alike they mark, who is severe, and how many it takes."""
