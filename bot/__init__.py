"""The running program: it knows everybody, and nobody knows it."""
