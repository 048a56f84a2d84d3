"""The domain, in four floors: work, doors, storage, nouns. Each imports only those below it."""
