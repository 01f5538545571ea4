"""Tables in and out: rows of one noun as CSV or XLSX, checked before anything is written."""
