"""The item bank: alone reads ``problems/``, ``data/`` and packs, and hands frozen records down.

find      where the files are, in a checkout, in an installed package, in packs
yaml      YAML -> plain values, each with the place it stands at
convert   plain values -> records, every fault with file:line:column and how to mend it
bank      the bank itself: items by id
index     an item in a line, remembered between runs
tables    the syllabus, the plan, the skills, what is said of each mistake
check     what an author runs: every item, many seeds, keys held against a second derivation
demands   what an item's file must have, and which names lead nowhere
hints     hints that give the answer away
coverage  which items drill which row of the syllabus
keys      what an author may write, and what is said of it
schema    the same for editors
skeleton  a problem to begin from
"""
