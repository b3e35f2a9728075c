"""全市一张图: where the cases are, kept from their events alone."""
