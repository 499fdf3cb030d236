"""Pages of the marking of written answers."""
