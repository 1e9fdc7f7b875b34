"""Parts of Otter Wiki that are replaced by name, because no hook covers them (DECISIONS 22).

Each stands in its own file; tests compare what they give with the originals.
"""
