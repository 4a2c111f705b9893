"""What a tree means: its value, its derivative, and whether two of them are the same.

evaluate   tree -> number or array, through the engine's rows
program    a program run on the tape: values, gradients, and either with a learner's own put in
claim      an answer and its reference as they were typed, read and compared
compare    the ladder: the same text, normal form, shapes, numbers, probes, proof
normal     a normal form that is quick to find
equal      numbers and arrays at a tolerance, each "different" with a witness
digits     scalar expressions to fifty digits
probe      two scalar expressions at points
arrays     two expressions of vectors and matrices at drawn sizes and values
domains    what a name may stand for
oracle     an answer held against the engine's reverse mode
graph      a program with one operation a line
authored   programs, expressions and shapes as authors write them
draws      numbers and arrays drawn from a seed, in humane decimals
points     inputs drawn to be worked by hand, and which will do
vector     a function of several numbers with several results: both sweeps, its Jacobian
derive     the derivative of a tree, as a tree, written as one writes it
paths      derivatives of what lies on the way, from one's own of what lies before
solution   the derivation of a gradient, line by line, each by a rule with a name
rule_words the names of the rules
differences    gradients against central differences, which share no rule with the engine
proof      whether two trees are the same, shown by SymPy in a child process
proving    what that child is asked for
symbolic   a tree as a SymPy object, for that child and for checking the bank
"""
