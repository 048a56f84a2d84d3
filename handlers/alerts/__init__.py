"""What is wrong with parcels: the cards it stands on, what they offer, and who hears of it."""
