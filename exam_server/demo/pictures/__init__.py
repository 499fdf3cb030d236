"""Pictures of the sample items, drawn as code: circuits, instruments, ladder diagrams."""
