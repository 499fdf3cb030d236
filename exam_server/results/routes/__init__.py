"""The pages of the results desk."""
