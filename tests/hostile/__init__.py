"""Submissions that attack the grader, and odd ones that do nothing of the kind.

Each attack is bounded: without any isolation it would do no harm to a machine. And each can be seen to
succeed, by a canary and not by an opinion: see `world`.
"""
