"""The proctoring desk."""
