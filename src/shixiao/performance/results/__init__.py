"""The self-evaluations of a day: reviewed, approved as they are then, looked at for secrets, published, withdrawn."""
