"""Figures, printed and never asserted: ``make bench``. Ratios come from one run on one machine."""
