"""Own the web pages: live map, front page, signing in, public register, list of the API.

They hold no rule and no data: all they show is read from `/v1` with the reader's own rights.
"""
