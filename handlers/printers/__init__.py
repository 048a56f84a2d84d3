"""Where labels come out and whether they sit in their place, by words, by rulers and by photo."""
