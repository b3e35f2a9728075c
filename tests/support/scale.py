"""What campaigns are reckoned by, as the shipped settings say."""

from fractions import Fraction

from services.evaluation.campaigns.results import Scale

SCALE = Scale(Fraction(9, 10), smallest_cell=5)
