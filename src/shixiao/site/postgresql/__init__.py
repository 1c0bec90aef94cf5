"""PostgreSQL as Django speaks to it, with patience that ends."""
