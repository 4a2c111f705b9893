"""When things come back, in calendar arithmetic alone: no clock, no zone table, no 86,400 seconds.

day   the study day, and what a clock that was set back does to it
plan  the day of each checkpoint
card  what a review does to a card
"""
