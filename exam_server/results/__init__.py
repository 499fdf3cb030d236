"""The results desk."""
