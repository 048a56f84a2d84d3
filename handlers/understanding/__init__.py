"""From words to an intent and its slots."""
