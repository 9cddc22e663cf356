"""``tsdb ci-setup``: what a pipeline needs to preview, and nothing with which it could change anything."""
