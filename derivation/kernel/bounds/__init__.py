"""Intervals with rational ends that certainly hold the values of a term."""
