"""台账: what has no office of its own."""
