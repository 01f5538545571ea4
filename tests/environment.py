"""Loaded before the settings are read: tests run as development does unless the environment says otherwise."""

import os

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("FIND_REPEATED_QUERIES", "1")
