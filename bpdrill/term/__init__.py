"""Two front ends over one layout: a terminal with a clock beside the line, and plain text for pipes.

cells     display cells: how wide a text is drawn, and what makes it harmless
ascii     Unicode mathematics in ASCII
paper     what is drawn on: its width, and whether it shows more than ASCII
wrap      lines that keep formulas whole
rails     a graph, one row a node
spans     a drawn line, in pieces with a tone each
table     aligned columns, or small lists where they do not fit
bars      sizes as bars, each with its number
caret     a text and the place in it
layout    a block -> lines of toned spans
text      blocks -> lines of text
prompt    what both front ends say before the line, and the words both understand
plain     the front end for pipes and screen readers
screen    blocks in colour (loads rich)
terminal  a line with a clock (loads prompt_toolkit)
choose    which of them
"""
