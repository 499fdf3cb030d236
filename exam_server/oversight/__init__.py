"""The oversight desk."""
