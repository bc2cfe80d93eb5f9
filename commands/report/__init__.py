"""A judgement as one HTML file that needs nothing else: plots, tables, and posts with what was seen in them."""
