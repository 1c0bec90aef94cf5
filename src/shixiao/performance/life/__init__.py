"""A plan's life: from a draft through three levels of review to publication, and what was approved of it."""
