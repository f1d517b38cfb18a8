"""Where modeldex keeps its files and what the user's configuration says."""
