"""The counter every office works at."""
