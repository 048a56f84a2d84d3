"""What keeps the talk going: a message in, a turn, an answer out, and the work that the clock begins."""
