"""Rule book: items, blueprints, assembly and interchange."""
