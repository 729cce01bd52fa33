"""What is wrong with an exercise, and with which of its cases to show it.

`explanation` puts it into words. `suspects` names the mistake, held against what `imitation` says a
submission would answer that makes it; `patterns` finds what the failing cases have in common, out of their
`attributes`, or `size_attributes` where there are no arrays; `smallest` looks for the smallest that fails.
"""

from grader.diagnosis.explanation import blame, explain, sentence
from grader.diagnosis.smallest import LIMITS, Respondent

__all__ = ["LIMITS", "Respondent", "blame", "explain", "sentence"]
