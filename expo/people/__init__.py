"""People: their accounts, what they agreed to, and what the system holds about them."""
