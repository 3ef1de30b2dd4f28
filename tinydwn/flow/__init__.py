"""Physical design: from cells to a layout, and what the layout holds."""
