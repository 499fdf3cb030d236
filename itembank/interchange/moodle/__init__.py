"""Moodle's formats: its XML, GIFT and embedded answers, by one reading of its questions."""
