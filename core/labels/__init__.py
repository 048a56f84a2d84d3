"""Labels: templates as data, drawn as PDF."""
