"""Models that are not linear in their parameters: read, cut into stable parts, written."""
