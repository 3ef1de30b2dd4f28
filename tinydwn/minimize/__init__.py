"""Smaller netlists that mean the same: passes, and recipes that string them together."""

from tinydwn.minimize.efforts import minimize
from tinydwn.minimize.passes import Attempt, Minimized, Pass, PassReport, Recipe, run_recipe
from tinydwn.minimize.recipe import recipe

__all__ = ["Attempt", "Minimized", "Pass", "PassReport", "Recipe", "minimize", "recipe", "run_recipe"]
