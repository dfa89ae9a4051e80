"""Bad input at every door ends accepted, refused with a sentence or dead-lettered with a reason, and the next good one passes.

`make badinput`, or `python -m tests.badinput --seed 7 --only http:1234` for one input again.
"""
