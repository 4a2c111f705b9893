"""How many passes the whole Jacobian takes in either mode: what ``bpdrill passes`` shows.

function  a function of single numbers, as it was typed
passes    counted for a size, measured for a function or a small size
blocks    the counts, who wins, and what was run
"""
