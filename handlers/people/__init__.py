"""Who belongs to a merchant, as what, and what they did."""
