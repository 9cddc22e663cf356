"""``tsdb cost``: what a stack costs, or two of them."""
