"""The batches desk."""
