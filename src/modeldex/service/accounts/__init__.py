"""What a shared installation does for its people: who they are, and how their keys are kept."""
