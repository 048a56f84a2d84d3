"""A pretend ZTO (中通) open platform: it gives numbers, forgets nothing, and never recognises a repeated request."""
