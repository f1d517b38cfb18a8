"""Every model your keys can reach, and what is true about each one."""
