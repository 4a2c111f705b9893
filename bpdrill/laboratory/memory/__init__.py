"""What must be kept for the backward pass, and what checkpoints save: what ``bpdrill memory`` shows.

memory  counted in whole numbers, for every spacing of checkpoints
chain   a small chain run on the engine, to hold the counts against
blocks  both as they are shown
"""
