"""The verbs: pure decisions, without a clock and without I/O."""
