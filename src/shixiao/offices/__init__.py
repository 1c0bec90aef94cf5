"""The offices: each one folder, found by itself, and none knows another."""
