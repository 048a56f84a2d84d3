"""Where a parcel is, which step is missing, and whose number it is."""
