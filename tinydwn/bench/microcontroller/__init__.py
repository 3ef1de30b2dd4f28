"""Classifiers on a small processor: accuracy, flash, memory and cycles, next to tree ensembles by public tools."""
