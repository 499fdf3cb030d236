"""Questions as people write them: numbered, with lettered options and answers, in Word or text."""
