"""What the rows compute with: functions of floats and arrays, none of which knows a node or a tape.

elementary   element by element, and the plain products
products     the four derivatives of a matrix product, for stacks too
along        sums, largest elements and softmax along an axis
normalising  to a mean of 0 and a mean square of 1, and back
windows      windows that slide, cut out and laid back
correlation  what convolutional networks call a convolution, and its two gradients
"""
