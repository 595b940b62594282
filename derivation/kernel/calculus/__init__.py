"""Differentiation of terms."""
