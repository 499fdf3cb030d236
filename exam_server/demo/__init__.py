"""Sample data: one programme, its bank, and an exam session that can be started at once."""
