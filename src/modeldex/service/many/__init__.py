"""Lists for many users: each connection asked once, equal answers kept once, views apart."""
