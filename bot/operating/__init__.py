"""For whoever runs the program: its health, its figures, its log, its copies and its keys."""
