"""Lists of models in the shapes that clients of other services read."""
