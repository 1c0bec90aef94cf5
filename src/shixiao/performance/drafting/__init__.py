"""Help with drafting a plan: what is typed is kept, and each target is tried at once."""
