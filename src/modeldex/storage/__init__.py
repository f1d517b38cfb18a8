"""What is kept on disk: catalogs, raw answers, and the memory between refreshes."""
