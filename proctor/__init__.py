"""Rule book: time, the states of a sitting, seating plans and incidents."""
