"""Item types: one module each."""
