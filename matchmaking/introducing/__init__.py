"""What introductions rest on: the two sides, what they can be about, limits, notices and the clock."""
