"""What an answer is worth.

reading   a field's text -> what it says, or why it cannot be read
steps     each step against the truth and, failing that, against the learner's own earlier values
diagnose  which named fault gives exactly this wrong value
rubric    judgements -> criteria -> verdict
"""
