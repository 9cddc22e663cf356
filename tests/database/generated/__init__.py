"""Whole systems at random: tables made by SQL and declarations over them that a real server accepts.

A new kind of declaration joins with a function that draws it and one line in :mod:`.systems`.
"""
