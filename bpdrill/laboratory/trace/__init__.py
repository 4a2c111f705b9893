"""The whole forward and backward pass of any expression, node by node: what ``bpdrill trace`` shows.

computation      the expression, run at its point: an operation a node
rules            what an edge does, as it is said at a whiteboard
forward          tangents: each value with the shares its operands have in it
backward         the walk back from the root: upstream times local is the contribution
fault            the same walk with one mistake in it
view             what every view of a computation shows
forward_blocks   forward mode as it is shown
backward_blocks  both passes as they are shown
fault_blocks     a mistake beside the right gradients, and the list of all
steps            the walk, one step at a time
export           the graph for programs that draw
"""
