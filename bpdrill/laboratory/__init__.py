"""Experiments with the engine: pure functions, each with the blocks that show what it found.

trace    one computation, node by node, in either mode, with or without a fault: given and computation
         read and run what was typed, trace_rules says what an edge does, trace_steps walks, trace_graph
         exports
passes   how many passes a gradient takes, and how dear they are
flow     what becomes of a gradient on its way through a deep network: settings, activation and
         weights make a network, theory foretells it, regime and remedy judge it; power needs none
memory   what must stay in memory for the backward pass, and what checkpoints save
"""
