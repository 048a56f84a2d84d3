"""A pretend WeCom: the API of one application, its callbacks, and the members who write to it."""
