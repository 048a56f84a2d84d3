"""绑定: a shop, a courier account."""
