"""A pretend outside world, strict where the real one is."""
