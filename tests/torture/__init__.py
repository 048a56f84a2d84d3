"""Real processes killed at random while merchants talk to them, and the books compared afterwards: `make torture`."""
