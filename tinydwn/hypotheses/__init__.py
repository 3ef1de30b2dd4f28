"""Hypotheses about what is behind samples: arithmetic and structure that a search from trees does not find."""
