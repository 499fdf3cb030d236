"""The delivery desk."""
