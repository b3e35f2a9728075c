"""The indicators over a district's cases of two years, beside the same questions asked of the cases themselves."""
