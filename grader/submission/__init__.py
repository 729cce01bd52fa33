"""What students handed in: found, told apart, and read as text.

`reading` is the way in. `layouts` says whose files are whose, `tree` lists and reads them, `notebook` takes
the cells out, `entry` chooses what is graded, and `checkouts` knows when a repository was last committed to.
"""

from grader.submission.reading import Place, find_one, find_submissions, load, program

__all__ = ["Place", "find_one", "find_submissions", "load", "program"]
