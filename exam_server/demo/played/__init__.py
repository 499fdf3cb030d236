"""A played exam day: made-up people answer by a simple response model, through the real rules."""
