"""Assignments that come with the grader, a folder each."""
