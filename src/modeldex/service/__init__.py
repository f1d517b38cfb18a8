"""The hands: one file per verb, doing what the rules decide."""
