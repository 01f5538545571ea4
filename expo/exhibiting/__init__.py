"""Exhibiting as an organization sees it: its application, the questions, its own entry, and what became of them."""
