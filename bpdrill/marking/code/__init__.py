"""Programs of learners: read against a list of what is allowed, run in a child, held against the engine.

grammar     text to syntax tree; what is not on the list is refused before anything runs
meter       the choke point: how large a result will be, asked before it is made; steps counted
things      what a name may stand for, besides numbers, arrays and containers
operators, indices         + - * / and their kin, square brackets
arguments, rows, makers    functions of arrays, and how large what they make will be
tables, library            np, torch and math, a little of collections; the real modules are never handed out
methods, classes           what may stand after a dot
builtin     len, range, sorted and their kin
texts       % and .format
calls, expressions, statements   the evaluator
running     the child's side: one program on several inputs, answered with plain data
runner      the parent's side: a spare child, one answer each
task        what is asked, and what is right
judging     what came back, held against what is right

Limits: 20,000 characters of program, 300,000 steps, calls 120 deep, arrays of a million numbers, 30 million
numbers made in all, 5 seconds; on Linux 256 MB on top of numpy and as many seconds of computing. Where the
system has no such limits, the parent's clock ends the child.
"""
