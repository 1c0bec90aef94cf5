"""Statistics of supervised tasks: the same figures on the page, on the large screen, in a file and in a drafted report."""
