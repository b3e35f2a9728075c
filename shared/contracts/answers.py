"""What a resident can answer when asked how the service was."""

SATISFIED, BASICALLY_SATISFIED, DISSATISFIED = "satisfied", "basically_satisfied", "dissatisfied"
SATISFACTION = (SATISFIED, BASICALLY_SATISFIED, DISSATISFIED)
"""满意 / 基本满意 / 不满意"""
