"""What an answer is worth.

reading, listing, quantities    a field's text to what it says, or why it cannot be read
fields, counts, prose, deck     fields that stand by themselves; words; some cards of many
step, steps                     each step against the truth, then against the learner's own earlier values
carrying, rounding              which own values may stand in for the truth; what rounding accounts for
trace, chain, vectors           the steps of a traced graph, of a network, of a vector function
mistakes, naming, diagnosis     which mistakes make the wrong values: tried, named, the fewest
probes, telling                 what can be seen of a value none makes; whether numbers tell mistakes apart
specimens                       answers that prove a kind's marking
rubric                          judgements to criteria to verdict
code/                           programs of learners, run and judged
"""
