"""The nouns: frozen values that every floor shares, pure, without I/O and without a clock."""
