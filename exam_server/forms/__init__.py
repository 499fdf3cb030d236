"""The forms desk."""
