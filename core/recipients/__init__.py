"""People to send to: masking what must not be shown."""
