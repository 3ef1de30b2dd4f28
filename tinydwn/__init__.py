"""tinydwn: from a table of samples to proven standard cells."""

__version__ = "0.1.0"
