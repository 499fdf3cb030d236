"""The second computation: every mark and decision again, by other code, from the raw events."""
