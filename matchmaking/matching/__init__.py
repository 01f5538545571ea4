"""How well a demand and an offer fit: facts in, parts of a score and their words out. No database, no request."""
