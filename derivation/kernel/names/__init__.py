"""What names stand for: declarations, definitions, scopes of bound indices."""
