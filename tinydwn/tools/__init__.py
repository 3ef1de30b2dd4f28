"""The outside world, as text: the only room that starts programs."""
