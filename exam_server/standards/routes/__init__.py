"""The pages of the standards desk."""
