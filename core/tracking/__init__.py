"""Every parcel watched: where its news comes from and how it is kept."""
