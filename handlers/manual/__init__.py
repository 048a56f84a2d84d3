"""手工单: shipments of pasted recipients and of sheets."""
