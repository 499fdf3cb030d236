"""The seating desk."""
