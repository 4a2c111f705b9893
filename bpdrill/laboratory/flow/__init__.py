"""What becomes of a gradient on its way through a deep network: what ``bpdrill flow`` shows.

settings      what network is to be built, and what is refused
activation    the functions, their slopes and their moments
weights       the ways to draw a layer's weights
network       such networks, built and differentiated
theory        the same ratios foretold
regime        vanishing, stable or exploding
remedy        what to change about it
flow          many networks measured, beside what theory expects
blocks        that as it is shown
power         one factor compounded over the layers, without a network
power_blocks  that as it is shown
"""
