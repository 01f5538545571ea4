"""Own pages: what an organization writes, hands in and keeps up to date by itself."""
