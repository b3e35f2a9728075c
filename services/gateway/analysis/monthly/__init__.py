"""The report that a district prints each month: one page, or a workbook of the same tables."""
