"""What the learner has done, in one SQLite file: an append-only log, and what follows from it.

paths       where the file lives
connect     opening it, or refusing to
migrations  its tables, numbered
log         the events: the only truth
derive      plan and cards, derived from the log and rebuilt from it at will
due         what is due, in plain tuples
overview    the enrolled plan as a whole
lease       which process a draft belongs to
journal     all of it, as the port that a practice knows

``bpdrill due`` runs at every shell's start, so connect, paths, due and lease load next to nothing.
"""
