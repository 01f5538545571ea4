"""The organizers' workplace. `apps.py` imports the modules of this room once every model is there."""
