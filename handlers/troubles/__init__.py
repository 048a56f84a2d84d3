"""为什么不行: own records and the service looked at first, then the answer."""
