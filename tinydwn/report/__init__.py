"""What a run has to tell: one value, and its renderings as Markdown, one HTML page, and JSON."""
