"""From an order to a parcel on its way."""
