"""Many ways through the road, tried one after the other or side by side, and the one front that they make."""
