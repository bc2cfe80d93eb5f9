"""How sellers of copies try to slip through: transforms of posts, and what is left of the detection under each.

The tables here are made for attack and shared with no part that reads texts; otherwise the suite would only show that
a table inverts itself.
"""
