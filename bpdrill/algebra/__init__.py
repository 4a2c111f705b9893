"""What a tree means: its value, its derivative, and whether two of them are the same.

evaluate   tree -> number or array, through the engine's rows
program    a program run on the tape: values, gradients, and either with a learner's own put in
equal      three-way comparison of numbers and arrays, each "different" with a witness
probe      the same for scalar expressions, at points and fifty digits
derive     the derivative of a tree, as a tree, written as one writes it
solution   the derivation of a gradient, line by line, each by a rule with a name
proof      whether two trees are the same, shown by SymPy in a child process
symbolic   a tree as a SymPy object, for that child and for checking the bank
"""
