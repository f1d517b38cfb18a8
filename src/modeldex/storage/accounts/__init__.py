"""The accounts of a shared installation: people, their sealed keys, and what goes with them."""
