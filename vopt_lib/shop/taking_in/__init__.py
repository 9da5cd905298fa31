"""This is where what sources tell becomes rows of the shop: the same ones in whatever order it is told.

Every source's word is kept (`Evidence`), and the rows of what may hang together (a thread) are worked out of all of it
anew. So nothing depends on what came first, on what came twice, or on where an import was broken off.
"""
