"""定期评价: what the representatives of the estates think of their property companies and grids."""
