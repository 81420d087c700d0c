"""Does the tool see what breaks the Store, and only that?

Applies changes to the real Core, one at a time, and examines each with the real Store.
"""
