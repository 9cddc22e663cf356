"""Lighthouse's verification: objects, data, three queries against their targets, and nothing left behind."""
