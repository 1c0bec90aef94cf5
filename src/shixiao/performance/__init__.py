"""Plans: what an office promised, how each promise is read, and what was found in it."""
