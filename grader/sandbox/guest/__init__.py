"""What runs inside the sandbox: the standard library and NumPy alone, Python 3.8 and NumPy 1.20 or later.

Nothing in here imports anything of the grader, and there is nothing in here worth reading for a
student: no expected value, no tolerance, no name, no mark.

`worker` is the process that starts; it asks for a batch by `supervision`, of a `leaf` that it has `forked` or
that is its own process, `direct`. A leaf loads a submission (`loading`, `importing`, `standins`) and plays
`scripts`; `wire` is how they speak. `confinement` shuts the door, by `landlock` and `seccomp`.
"""
