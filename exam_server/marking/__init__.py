"""The marking desk."""
