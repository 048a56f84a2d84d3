"""From 打印今天的订单 to the last label: the plan, the batch and what follows it."""
