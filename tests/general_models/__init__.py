"""Derivations of models that are not linear in their parameters, for the tests."""
