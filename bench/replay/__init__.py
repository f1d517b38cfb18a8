"""Recorded lists of many days, played through the rules that say what changed and what is gone."""
