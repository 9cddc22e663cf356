"""Tests of what follows from the environment's name, in every room that asks for it."""
