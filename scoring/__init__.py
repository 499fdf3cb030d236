"""Rule book: marks, statistics, calibration, composites and decisions."""
