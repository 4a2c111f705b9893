"""Experiments with the engine, a folder each: pure functions, and the blocks that show what they found.

trace       one computation, node by node, in either mode, with or without a fault
passes      how many passes a Jacobian takes, and how dear they are
flow        what becomes of a gradient on its way through a deep network
memory      what must stay in memory for the backward pass, and what checkpoints save

No experiment knows another. What all of them need:

given       what is typed behind ``--at``: a value for each input
expression  what is typed as an expression, read with those names
operation   one operation recorded, or why it has no value or derivative there
count       what is typed where a whole number is asked for
words       a name that is not there, a number of things, a list of them
"""
