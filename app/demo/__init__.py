"""What a fresh installation shows: the client's article (see LICENSE), a picture of our own, and people of nowhere.

`illustration.jpg` is `illustration.svg` as a browser draws it; `people.py` names the readers of the demo list.
"""
