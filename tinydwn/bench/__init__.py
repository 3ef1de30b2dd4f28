"""Measurements of tinydwn itself, as functions that return values."""
