"""Written answers: people mark them, blind to whose they are, once or twice, with controls."""
