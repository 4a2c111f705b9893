"""Text to tree and tree to text: reader, shapes, printer.

A learner's text is refused with a column and one sentence, or read as meant; it never raises.
"""

from bpdrill.notation.figures import number, value
from bpdrill.notation.printer import Style, text
from bpdrill.notation.reading import Reading, read, read_array, read_names, read_number, read_program
from bpdrill.notation.shapes import Mismatch, describe, infer

__all__ = [
    "Mismatch",
    "Reading",
    "Style",
    "describe",
    "infer",
    "number",
    "read",
    "read_array",
    "read_names",
    "read_number",
    "read_program",
    "text",
    "value",
]
