"""The board of a plan: what its pages choose, say and draw. Where the rows stand comes from `standing`, who may see what from `guarding`."""
