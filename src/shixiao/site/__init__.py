"""Settings, addresses and the command line: puts the house together and decides nothing."""
