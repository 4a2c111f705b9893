"""The words of the house, as frozen records: every other room speaks them.

tree    expressions, as one typed, immutable tree
items   item, rubric, variant, and the exact draws a variant is made of
blocks  what a problem shows (prose, formula, table, graph) and asks (fields)
marks   judgement of a field, mark of a criterion, verdict, report
plan    plan, checkpoints, tasks and drills
events  what the log remembers
errors  the error tree and the exit codes
"""
