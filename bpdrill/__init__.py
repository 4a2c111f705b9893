"""bpdrill: learn backpropagation until you can do it at a whiteboard, under a clock."""

__version__ = "0.1.0"
