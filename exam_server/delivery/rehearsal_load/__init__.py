"""Real protocol load for rehearsals: seats as programs, what they see, and what it cost."""
