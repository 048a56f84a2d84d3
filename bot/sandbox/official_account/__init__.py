"""A pretend Official Account (公众号): its API, its callbacks, and the people who follow it."""
