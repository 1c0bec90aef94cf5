"""Tags and filters of this desk."""
