"""What analysts read: indicators as JSON, CSV or XLSX, and the report that is printed each month."""
