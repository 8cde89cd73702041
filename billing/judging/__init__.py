"""What do the official judges say of a document: schema, European and French rules?

Owns the judges and the processes they run in. Does not own what a document says: that is `export`.
"""
