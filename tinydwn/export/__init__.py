"""Deliverables as text, and the bundle that holds them."""
