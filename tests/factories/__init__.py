"""Rows for tests: one function a model, usable values for everything not given."""
