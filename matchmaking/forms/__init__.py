"""The doors through which enterprises write."""
