"""A practice: what is asked next, what becomes of the answer, and where it is kept.

Speaks to the world through four ports only (``ports``), so the same steps run in a
terminal, over a pipe and in a test.
"""
