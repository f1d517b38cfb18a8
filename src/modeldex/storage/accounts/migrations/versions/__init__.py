"""One file per change; a change that was published is never edited."""
