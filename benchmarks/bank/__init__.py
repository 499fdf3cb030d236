"""A bank of 100,000 items measured: search, near duplicates, lists, supply, pages, imports."""
