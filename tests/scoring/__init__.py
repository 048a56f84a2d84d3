"""How much of a set of messages, recipients and waybill numbers is understood as a careful reader does."""
