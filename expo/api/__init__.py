"""The read API: every public noun as JSON, by the filters, the search and the facets of its listing."""
