"""Tags and filters of the counter."""
