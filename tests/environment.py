"""Loaded before the settings are read: tests run as development does unless the environment says otherwise."""

import os

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("FIND_REPEATED_QUERIES", "1")
os.environ.setdefault("API_REQUESTS_PER_MINUTE", "0")  # one address asks for all tests of a process
