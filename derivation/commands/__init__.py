"""Commands that have a file of their own; `cli.py` at the top of the checkout holds the others."""
