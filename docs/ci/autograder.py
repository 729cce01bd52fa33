"""Classroom 50: put this file at CLASSROOM/autograders/ASSIGNMENT/autograder.py.

It installs the grader and has it grade the checkout. Set GRADER to where your grader comes from, and to
one commit of it, so that marks stay the same.

-P keeps Python from importing anything out of the current folder, which is the student's: without it a
file called pip.py or numpy.py there would run outside the sandbox.
"""

import subprocess
import sys

GRADER = "cnn-grader @ git+https://github.com/YOUR-ORGANISATION/cnn-grader@COMMIT"
ASSIGNMENT = "cs231n_a2"


def python(*arguments: str) -> int:
    """Run Python with these arguments and return its exit code."""
    return subprocess.run([sys.executable, "-P", "-m", *arguments], check=False).returncode


if __name__ == "__main__":
    sys.exit(
        python("pip", "install", "--quiet", GRADER) or python("grader", "ci", "--assignment", ASSIGNMENT)
    )
