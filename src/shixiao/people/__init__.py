"""Who works here, what each may do, and signing in."""
