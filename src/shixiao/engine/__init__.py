"""The pure core: the language of targets and the checks on it. No Django, no database, no clock, no files."""
