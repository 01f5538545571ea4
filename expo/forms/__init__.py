"""The doors through which typed input comes in."""
