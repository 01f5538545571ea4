"""Floor plans. Filled in by the hall pages."""
def hall_plan(hall, **kw): return None
def plan_of(stands, place=None, zone=None): return None
