"""The analysis desk."""
