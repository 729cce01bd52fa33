"""What runs inside the sandbox: the standard library and NumPy alone, Python 3.8 and NumPy 1.20 or later.

Nothing in here imports anything of the grader, and there is nothing in here worth reading for a
student: no expected value, no tolerance, no name, no mark.
"""
