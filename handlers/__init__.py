"""What a merchant can say and hear."""
