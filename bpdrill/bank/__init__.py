"""The item bank: alone reads ``problems/`` and ``data/``, and hands frozen records down.

find      where the files are, in a checkout and in an installed package
yaml      YAML -> plain values, each with the place it stands at
convert   plain values -> records, every fault with file:line:column and how to mend it
bank      the bank itself: items by id
tables    the plan, the skills, what is said of each mistake
check     what an author runs: every item, many seeds, keys held against a second derivation
"""
