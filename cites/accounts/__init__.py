"""Doors: how people sign in, prove it again, are invited, and leave."""
